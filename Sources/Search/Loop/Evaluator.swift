import ResultStore
import Basics

/// Scores candidates by a proxy. Called from several threads at once, each with its own candidate.
public protocol Evaluator: Sendable {
    /// Scores one candidate; everything random in it comes from the seed.
    /// - Returns: nil when the deadline was reached before the end; nothing is recorded then.
    /// - Throws: whatever went wrong; the candidate is tried once more and then recorded as failed. A `LoopFailure` ends the search.
    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation?
}
