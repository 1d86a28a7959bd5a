import Basics

/// An error that would stop every candidate, such as missing data.
public struct CannotWork: LoopFailure, UserError {
    public let reason: UserMessage
    /// Whether the user can mend it.
    public let isInput: Bool

    public init(reason: UserMessage, isInput: Bool) {
        self.reason = reason
        self.isInput = isInput
    }

    init(_ error: any Error) {
        self.init(reason: UserMessage(error), isInput: error is any InputMistake)
    }

    public var message: UserMessage { isInput ? reason : "a worker cannot work: \(reason)" }
    public var description: String { message.description }
}
