import ResultStore
import Basics

/// A type that scores candidates by a proxy. Several threads call it at the same time, each with a different candidate.
public protocol Evaluator: Sendable {
    /// Scores one candidate. All randomness comes from the seed.
    /// - Returns: nil if the deadline was reached first; nothing is recorded then.
    /// - Throws: any error; the candidate is retried once and then recorded as failed. A `LoopFailure` ends the search.
    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation?
}
