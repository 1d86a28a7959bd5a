/// The reason why a candidate has no result.
public struct CandidateFailure: Error, Hashable, CustomStringConvertible {
    /// The description of the error that was thrown.
    public let reason: String

    public init(reason: String) { self.reason = reason }

    public var description: String { reason }
}
