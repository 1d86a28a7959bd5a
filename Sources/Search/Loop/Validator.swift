import ResultStore
import Basics

/// A type that trains candidates on real data, all with the same recipe, and evaluates them. Several threads call it at the same time, each
/// with a different candidate.
public protocol Validator: Sendable {
    /// Trains and evaluates one candidate. All randomness comes from the seed.
    /// - Returns: nil if the deadline was reached first; nothing is recorded then.
    /// - Throws: any error; the candidate is retried once and then recorded as failed. A `LoopFailure` ends the validation.
    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation?
}
