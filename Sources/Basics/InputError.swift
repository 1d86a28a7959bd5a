/// An error whose message may name settings.
public protocol UserError: Error, CustomStringConvertible {
    /// What is wrong, where, and what mends it.
    var message: UserMessage { get }
}

/// An error that the user can mend: wrong input, not a fault of the program. Commands end with exit code 2.
public protocol InputMistake: UserError {}

extension UserError {
    /// Of mistakes that name no setting, which are most: their description.
    public var message: UserMessage { "\(description)" }

    /// The message for a reader who knows settings by the names that `naming` gives them: a command-line option, a property.
    public func message(naming: (_ setting: String) -> String) -> String { message.text(naming: naming) }
}

/// A mistake told by its message alone.
///
///     throw InputError("\(setting: "passes") \(passes): expected a number from 1 on")
public struct InputError: InputMistake, Hashable {
    public let message: UserMessage

    public init(_ message: UserMessage) { self.message = message }

    /// Settings by the names of properties.
    public var description: String { message.description }
}
