import ResultStore

/// What became of one candidate: a value, or a failure that is recorded in its place.
public struct CandidateResult<Value: Sendable>: Sendable {
    /// Position among the proposals, or in the list, counted from 0.
    public let index: Int
    public let candidate: Candidate
    /// The seed the candidate was given.
    public let seed: UInt64
    public let outcome: Result<Value, CandidateFailure>

    public var value: Value? { try? outcome.get() }
}

extension CandidateResult: Equatable where Value: Equatable {}

/// Why a loop ended.
public enum LoopEnd: String, Sendable, Codable {
    /// Every candidate has been dealt with.
    case completed
    /// The next candidate could not have ended before the deadline, or one did not.
    case deadline
    /// It was cancelled.
    case cancelled
}

/// All results of one loop, in the order of their index, and why it ended.
public struct LoopOutcome<Value: Sendable>: Sendable {
    public let results: [CandidateResult<Value>]
    public let end: LoopEnd
}
