/// Decides which candidate is evaluated next.
///
/// Asked by one worker at a time. No two candidates of one proposer have the same hash.
public protocol Proposer: Sendable {
    /// The next candidate, or nil when there is none left; once nil, always nil.
    mutating func next() throws -> Candidate?
}
