import ResultStore

/// The result of one candidate: a value, or the failure that is recorded instead.
public struct CandidateResult<Value: Sendable>: Sendable {
    /// Position among the proposals or in the list, counted from 0.
    public let index: Int
    public let candidate: Candidate
    /// The seed of the evaluation or validation.
    public let seed: UInt64
    public let outcome: Result<Value, CandidateFailure>

    public var value: Value? { try? outcome.get() }
}

extension CandidateResult: Equatable where Value: Equatable {}

/// The reason why a loop ended.
public enum LoopEnd: String, Sendable, Codable {
    /// All candidates have a result.
    case completed
    /// Time ran out: a candidate did not finish before the deadline, or the next one was not expected to.
    case deadline
    /// The loop was cancelled.
    case cancelled
}

/// The results of one loop, in order of their index, and the reason why it ended.
public struct LoopOutcome<Value: Sendable>: Sendable {
    public let results: [CandidateResult<Value>]
    public let end: LoopEnd
}
