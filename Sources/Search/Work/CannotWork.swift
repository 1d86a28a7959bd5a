import Basics

/// Nobody can work: whatever the candidate, the next would fare alike.
public struct CannotWork: LoopFailure, CustomStringConvertible {
    public let reason: String
    /// Whether the user can mend it.
    public let isInput: Bool

    public init(reason: String, isInput: Bool) {
        self.reason = reason
        self.isInput = isInput
    }

    init(_ error: any Error) {
        self.init(reason: "\(error)", isInput: error is any InputMistake)
    }

    public var description: String { isInput ? reason : "a worker cannot work: \(reason)" }
}
