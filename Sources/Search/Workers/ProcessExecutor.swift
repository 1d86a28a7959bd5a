import Basics
import Foundation
import ResultStore
import Synchronization

/// An executor that runs tasks in worker processes. It starts them in advance or on demand, one per calling thread.
public final class ProcessExecutor: Executor {
    private let command: WorkerCommandLine
    private let timeout: Double
    private let log: RunLog
    private let idle = Mutex<[WorkerProcess]>([])

    /// Makes an executor. From then on, this process ignores SIGPIPE, because writing to a worker that has died must not end this process.
    /// - Parameters:
    ///   - command: the command line that starts a worker for the run.
    ///   - timeout: seconds without a heartbeat after which a worker is stopped. Training steps send heartbeats.
    ///   - log: the run's log; it records workers that start and workers that are lost.
    public init(_ command: WorkerCommandLine, timeout: Double, log: RunLog) {
        signal(SIGPIPE, SIG_IGN)
        self.command = command
        self.log = log
        self.timeout = timeout
    }

    /// Starts workers in advance, so that they read their data while this process does other work.
    /// - Parameter workers: number of workers.
    public func prepare(workers: Int) {
        // A failure to start is reported when the worker is first needed.
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

    /// The timeout of a task: shorter close to the deadline, so that a worker that hangs does not use up the time left.
    private func timeout(of task: CandidateTask, until deadline: Deadline) -> Double {
        let (least, longestPace) = (10.0, 30.0)
        let timeout = min(timeout, max(least, deadline.remaining / 4))
        if case .measurePace = task { return min(timeout, longestPace) }
        return timeout
    }

    /// A worker that has accepted the order; nil if the deadline was reached first. A worker that dies earlier is replaced.
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
                // Only new workers count: idle ones may have died long ago.
                if known == nil { deaths += 1 }
                if deaths == Self.startsAllowed { throw CannotWork(reason: "\(error)", isInput: false) }
                // If memory has run out, waiting lets other processes release some.
                if deaths > 0 { usleep(UInt32(deaths) * 1_000_000) }
            }
        }
    }

    private static let startsAllowed = 3
}
