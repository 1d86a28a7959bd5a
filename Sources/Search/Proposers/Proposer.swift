import ResultStore

/// A type that decides which candidate is evaluated next.
///
/// One worker calls it at a time. It never proposes two candidates with the same hash.
public protocol Proposer: Sendable {
    /// Returns the next candidate, or nil if none is left; once nil, always nil.
    mutating func next() throws -> Candidate?

    /// The number of latest proposals whose scores a proposal does not depend on; nil for a proposer that learns nothing.
    ///
    /// When proposal n is requested, the proposer has learned the scores of exactly the proposals before n − delay. Proposals therefore
    /// depend on neither timing nor workers. Up to `delay` workers rarely wait for one another, unless an evaluation takes several times as
    /// long as others.
    var delay: Int? { get }

    /// Learns the score of a proposal; called in the order of the proposals.
    /// - Parameters:
    ///   - candidate: the proposal.
    ///   - score: its score; nil if its evaluation failed.
    mutating func learn(_ candidate: Candidate, score: Double?)
}

extension Proposer {
    public var delay: Int? { nil }
    public mutating func learn(_ candidate: Candidate, score: Double?) {}
}
