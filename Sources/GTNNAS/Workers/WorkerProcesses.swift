import Basics
import Foundation
import GTN
import Search
import Synchronization

/// The worker processes of a run, started ahead or when they are first needed: as many as there are threads that ask at a time.
final class WorkerProcesses: Sendable {
    private let run: RunDirectory
    private let patience: Double
    private let log: RunLog
    private let idle = Mutex<[WorkerProcess]>([])

    /// - Parameters:
    ///   - run: the directory that tells workers what to do.
    ///   - patience: seconds without a sign of life, which comes with every step, after which a worker is given up.
    ///   - log: is told of workers that begin, and of those that are lost.
    init(for run: RunDirectory, patience: Double, log: RunLog) {
        self.run = run
        self.log = log
        self.patience = patience
    }

    /// Starts so many ahead of need: they read their data beside other work.
    func start(_ count: Int) {
        // What is wrong with one that cannot start is told when it is needed.
        let begun = (0..<count).compactMap { _ in try? WorkerProcess(run: run) }
        idle.withLock { $0 += begun }
    }

    /// What a worker answers; nil when the deadline was reached first.
    /// - Throws: what went wrong with the candidate, or `WorkerProcess.CannotWork`.
    func perform(_ task: WorkOrder.Task, with candidate: Candidate, seed: UInt64, until deadline: Deadline) throws -> WorkReply? {
        let order = WorkOrder(task: task, candidate: candidate, seed: seed, secondsLeft: deadline.time.isFinite ? deadline.remaining : nil)
        guard let worker = try worker(for: order, until: deadline) else { return nil }
        defer { if worker.isRunning { idle.withLock { $0.append(worker) } } }
        do {
            return try worker.answer(within: patience(with: task, until: deadline), until: deadline)
        } catch {
            if !worker.isRunning { log.write("worker lost", ["process": worker.number, "hash": candidate.hash, "reason": "\(error)"]) }
            throw error
        }
    }

    /// Where time is short, one that hangs must not use up all of it.
    private func patience(with task: WorkOrder.Task, until deadline: Deadline) -> Double {
        let (least, longestPace) = (10.0, 30.0)
        let patience = min(patience, max(least, deadline.remaining / 4))
        return task == .pace ? min(patience, longestPace) : patience
    }

    /// One that has taken the order; nil when the deadline was reached first. One that dies before is no candidate's fault.
    private func worker(for order: WorkOrder, until deadline: Deadline) throws -> WorkerProcess? {
        var deaths = 0
        while true {
            let known = idle.withLock { $0.popLast() }
            let worker = try known ?? WorkerProcess(run: run)
            let isNew = !worker.hasWorked
            do {
                guard try worker.take(order, until: deadline) else { return nil }
                if isNew { log.write("worker", ["process": worker.number]) }
                return worker
            } catch let error as WorkerProcess.EndedIdle {
                // Those that were there before may have died long ago.
                if known == nil { deaths += 1 }
                if deaths == Self.startsAllowed { throw WorkerProcess.CannotWork(reason: error.description, isInput: false) }
                // When memory has run out, others may give some back.
                if deaths > 0 { usleep(UInt32(deaths) * 1_000_000) }
            }
        }
    }

    private static let startsAllowed = 3
}

/// Scores candidates in worker processes.
struct ProcessEvaluator: Evaluator {
    let processes: WorkerProcesses
    let task: WorkOrder.Task

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        switch try processes.perform(task, with: candidate, seed: seed, until: deadline) {
        case .evaluation(let evaluation): evaluation
        case nil: nil
        case let other?: throw WorkerProcess.Failure(description: "its worker process answered \(other) to \(task)")
        }
    }
}

/// Trains candidates on real data in worker processes.
struct ProcessValidator: Validator {
    let processes: WorkerProcesses
    let plan: ValidationPhase.Plan

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        switch try processes.perform(.training(plan), with: candidate, seed: seed, until: deadline) {
        case .validation(let validation): validation
        case nil: nil
        case let other?: throw WorkerProcess.Failure(description: "its worker process answered \(other) to a training")
        }
    }
}
