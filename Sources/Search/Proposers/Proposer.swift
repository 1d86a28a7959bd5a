import ResultStore

/// Decides which candidate is evaluated next.
///
/// Asked by one worker at a time. No two candidates of one proposer have the same hash.
public protocol Proposer: Sendable {
    /// The next candidate, or nil when there is none left; once nil, always nil.
    mutating func next() throws -> Candidate?

    /// How many of the latest proposals a proposal does without knowing the scores of; nil for a proposer that learns nothing.
    ///
    /// Before proposal n is asked for, the scores of exactly the proposals before n − delay have been told: what is proposed depends on
    /// neither timing nor workers, and up to so many workers need not wait for one another, as long as none takes several times as long as
    /// the others.
    var delay: Int? { get }

    /// Tells the score of a proposal, in the order of the proposals; nil when its evaluation failed.
    mutating func learn(_ candidate: Candidate, score: Double?)
}

extension Proposer {
    public var delay: Int? { nil }
    public mutating func learn(_ candidate: Candidate, score: Double?) {}
}
