import Basics
import ResultStore

/// Carries out the work on candidates: in this process, in worker processes, elsewhere. The results are the same wherever it is done.
public protocol Executor: Sendable {
    /// Prepares so many workers ahead of need, where that takes time.
    func prepare(workers: Int)

    /// Does one task; called from as many threads as there are workers.
    /// - Returns: nil when the deadline was reached first.
    /// - Throws: what went wrong with the candidate, or a `LoopFailure` that no candidate is to blame for.
    func perform(_ task: CandidateTask, on candidate: Candidate, seed: UInt64, until deadline: Deadline) throws -> CandidateTaskResult?
}

extension Executor {
    public func prepare(workers: Int) {}

    /// What scores candidates so. Costs are known without anybody's work.
    func evaluator(_ scoring: Scoring) -> any Evaluator {
        if case .cost(let cost) = scoring { return CostEvaluator(cost: cost) }
        return TaskEvaluator(executor: self, scoring: scoring)
    }

    func validator(_ configuration: ValidationConfiguration) -> any Validator {
        TaskValidator(executor: self, configuration: configuration)
    }
}

/// A result of another kind than the task asks for.
struct UnexpectedResult: Error, CustomStringConvertible {
    let task: CandidateTask
    let result: CandidateTaskResult

    var description: String { "\(task) was answered with \(result)" }
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
