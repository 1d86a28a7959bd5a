import GTN
import Search
import Synchronization

/// The worker processes of a run, started when they are first needed: as many as there are threads that ask at a time.
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
        let begun = (0..<count).compactMap { _ in try? WorkerProcess(run: run, patience: patience) }
        idle.withLock { $0 += begun }
    }

    /// One that dies while it starts is no candidate's fault.
    private static let startsAllowed = 3

    /// What a worker answers; nil when the deadline was reached first.
    /// - Throws: what went wrong with the candidate, or `WorkerProcess.CannotWork`.
    func perform(_ task: WorkOrder.Task, with candidate: Candidate, seed: UInt64, until deadline: Deadline) throws -> WorkReply? {
        guard let worker = try worker(until: deadline) else { return nil }
        defer { if worker.isRunning { idle.withLock { $0.append(worker) } } }
        do {
            return try worker.perform(task, with: candidate, seed: seed, until: deadline)
        } catch {
            if !worker.isRunning { log.write("worker lost", ["process": worker.number, "hash": candidate.hash, "reason": "\(error)"]) }
            throw error
        }
    }

    /// One that can take orders; nil when the deadline was reached first.
    private func worker(until deadline: Deadline) throws -> WorkerProcess? {
        for start in 1... {
            let worker = try idle.withLock { $0.popLast() } ?? WorkerProcess(run: run, patience: patience)
            do {
                let isNew = !worker.isReady
                guard try worker.begin(until: deadline) else { return nil }
                if isNew { log.write("worker", ["process": worker.number]) }
                return worker
            } catch let error as WorkerProcess.EndedEarly {
                if start == Self.startsAllowed { throw WorkerProcess.CannotWork(reason: error.description, isInput: false) }
            }
        }
        return nil
    }
}

/// Scores candidates in worker processes.
struct ProcessEvaluator: Evaluator {
    let processes: WorkerProcesses
    let task: WorkOrder.Task

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        guard case .evaluation(let evaluation)? = try processes.perform(task, with: candidate, seed: seed, until: deadline) else { return nil }
        return evaluation
    }
}

/// Trains candidates on real data in worker processes.
struct ProcessValidator: Validator {
    let processes: WorkerProcesses
    let plan: ValidationPhase.Plan

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        guard case .validation(let validation)? = try processes.perform(.training(plan), with: candidate, seed: seed, until: deadline) else { return nil }
        return validation
    }
}
