import ResultStore
import Basics

/// Trains candidates on real data, all of them alike. Called from several threads at once, each with its own candidate.
public protocol Validator: Sendable {
    /// Trains one candidate; everything random in it comes from the seed.
    /// - Returns: nil when the deadline was reached before the end; nothing is recorded then.
    /// - Throws: whatever went wrong; the candidate is tried once more and then recorded as failed.
    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation?
}
