import Basics
import Foundation
import ResultStore
import Synchronization

/// Worker processes, started ahead or when they are first needed: as many as there are threads that ask at a time.
public final class ProcessExecutor: Executor {
    private let command: WorkerCommandLine
    private let timeout: Double
    private let log: RunLog
    private let idle = Mutex<[WorkerProcess]>([])

    /// - Parameters:
    ///   - command: starts a worker for the run.
    ///   - timeout: seconds without a heartbeat, which comes with every training step, after which a worker is given up.
    ///   - log: the run's: workers that begin and that are lost are noted there.
    ///
    /// From then on this process ignores SIGPIPE: an order to a worker that has died must not end it.
    public init(_ command: WorkerCommandLine, timeout: Double, log: RunLog) {
        signal(SIGPIPE, SIG_IGN)
        self.command = command
        self.log = log
        self.timeout = timeout
    }

    /// Starts so many ahead of need: they read their data beside other work.
    public func prepare(workers: Int) {
        // A start that fails here is reported when the worker is first needed.
        let begun = (0..<workers).compactMap { _ in try? WorkerProcess(command) }
        idle.withLock { $0 += begun }
    }

    public func perform(_ task: CandidateTask, on candidate: Candidate, seed: UInt64, until deadline: Deadline) throws
        -> CandidateTaskResult?
    {
        let order = WorkOrder(task: task, candidate: candidate, seed: seed, secondsLeft: deadline.time.isFinite ? deadline.remaining : nil)
        guard let worker = try worker(for: order, until: deadline) else { return nil }
        defer { if worker.isRunning { idle.withLock { $0.append(worker) } } }
        do {
            return try worker.result(timeout: timeout(of: task, until: deadline), until: deadline)
        } catch {
            if !worker.isRunning { log.write("worker lost", ["process": worker.number, "hash": candidate.hash, "reason": "\(error)"]) }
            throw error
        }
    }

    /// Where time is short, one that hangs must not use up all of it.
    private func timeout(of task: CandidateTask, until deadline: Deadline) -> Double {
        let (least, longestPace) = (10.0, 30.0)
        let timeout = min(timeout, max(least, deadline.remaining / 4))
        return task == .measurePace ? min(timeout, longestPace) : timeout
    }

    /// One that has taken the order; nil when the deadline was reached first. One that dies before is no candidate's fault.
    private func worker(for order: WorkOrder, until deadline: Deadline) throws -> WorkerProcess? {
        var deaths = 0
        while true {
            let known = idle.withLock { $0.popLast() }
            let worker = try known ?? WorkerProcess(command)
            let isNew = !worker.hasWorked
            do {
                guard try worker.take(order, until: deadline) else { return nil }
                if isNew { log.write("worker", ["process": worker.number]) }
                return worker
            } catch let error as WorkerProcess.EndedIdle {
                // Those that were there before may have died long ago.
                if known == nil { deaths += 1 }
                if deaths == Self.startsAllowed { throw CannotWork(reason: "\(error)", isInput: false) }
                // When memory has run out, others may give some back.
                if deaths > 0 { usleep(UInt32(deaths) * 1_000_000) }
            }
        }
    }

    private static let startsAllowed = 3
}
