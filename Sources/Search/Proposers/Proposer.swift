import ResultStore

/// A type that decides which candidate is evaluated next.
///
/// One worker calls it at a time. It never proposes two candidates with the same hash.
public protocol Proposer: Sendable {
    /// Returns the next candidate, or nil if none is left. After the first nil it always returns nil.
    mutating func next() throws -> Candidate?

    /// The number of latest proposals whose scores a new proposal ignores, because they may be pending. nil for a proposer that does not
    /// learn.
    ///
    /// When proposal n is requested, the proposer has learned the scores of exactly the proposals before n − delay. Proposals therefore do
    /// not depend on timing or on the number of workers. Up to `delay` workers rarely wait for one another, unless one evaluation takes
    /// several times as long as others.
    var delay: Int? { get }

    /// Learns the score of a proposal; called in the order of the proposals.
    /// - Parameters:
    ///   - candidate: the proposal.
    ///   - score: its score; nil if its evaluation failed.
    mutating func learn(_ candidate: Candidate, score: Double?)

    /// Learns new scores of candidates that it knows, because scores of an aggregate are relative to all candidates so far.
    /// - Parameter scores: scores by hash.
    mutating func learn(_ scores: [String: Double])
}

extension Proposer {
    public var delay: Int? { nil }
    public mutating func learn(_ candidate: Candidate, score: Double?) {}
    public mutating func learn(_ scores: [String: Double]) {}
}
