import Basics
import ResultStore

/// A type that performs tasks on candidates: in this process, in worker processes, or on other machines. Results do not depend on where.
public protocol Executor: Sendable {
    /// Prepares workers in advance, if starting them takes time.
    /// - Parameter workers: number of workers.
    func prepare(workers: Int)

    /// Does one task. Called from as many threads as there are workers.
    /// - Parameters:
    ///   - task: the task.
    ///   - candidate: the candidate to evaluate, validate or measure.
    ///   - seed: seed of all randomness.
    ///   - deadline: the time by which to end.
    /// - Returns: nil if the deadline was reached first.
    /// - Throws: an error caused by the candidate, or a `LoopFailure`.
    func perform(_ task: CandidateTask, on candidate: Candidate, seed: UInt64, until deadline: Deadline) throws -> CandidateTaskResult?
}

extension Executor {
    public func prepare(workers: Int) {}

    /// The evaluator of a scoring. Costs need no worker.
    func evaluator(_ scoring: Scoring) -> any Evaluator {
        if case .cost(let cost) = scoring { return CostEvaluator(cost: cost) }
        return TaskEvaluator(executor: self, scoring: scoring)
    }

    func validator(_ configuration: ValidationConfiguration) -> any Validator {
        TaskValidator(executor: self, configuration: configuration)
    }
}

/// The error of an executor that returned the wrong kind of result for a task.
struct UnexpectedResult: Error, CustomStringConvertible {
    let task: CandidateTask
    let result: CandidateTaskResult

    var description: String { "the executor returned \(result) for the task \(task)" }
}

private struct TaskEvaluator: Evaluator {
    let executor: any Executor
    let scoring: Scoring

    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation? {
        let task = CandidateTask.score(scoring)
        guard let result = try executor.perform(task, on: candidate, seed: seed, until: deadline) else { return nil }
        guard case .evaluation(let evaluation) = result else { throw UnexpectedResult(task: task, result: result) }
        return evaluation
    }
}

private struct TaskValidator: Validator {
    let executor: any Executor
    let configuration: ValidationConfiguration

    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation? {
        let task = CandidateTask.validate(configuration)
        guard let result = try executor.perform(task, on: candidate, seed: seed, until: deadline) else { return nil }
        guard case .validation(let validation) = result else { throw UnexpectedResult(task: task, result: result) }
        return validation
    }
}
