import Basics

/// An error that affects every candidate, such as missing data.
public struct CannotWork: LoopFailure, UserError {
    public let reason: UserMessage
    /// Whether the user can fix it.
    public let isInput: Bool

    public init(reason: UserMessage, isInput: Bool) {
        self.reason = reason
        self.isInput = isInput
    }

    init(_ error: any Error) {
        self.init(reason: UserMessage(error), isInput: error is any InputMistake)
    }

    public var message: UserMessage { isInput ? reason : "a worker cannot evaluate candidates: \(reason)" }
    public var description: String { message.description }
}
