/// Why a candidate has no value.
public struct CandidateFailure: Error, Hashable, CustomStringConvertible {
    /// What was thrown, in words.
    public let reason: String

    public init(reason: String) { self.reason = reason }

    public var description: String { reason }
}
