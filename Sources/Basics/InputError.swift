/// An error whose message may name settings.
public protocol UserError: Error, CustomStringConvertible {
    /// What is wrong, where, and how to fix it.
    var message: UserMessage { get }
}

/// An error in the user's input, as opposed to a fault of the program. Commands then end with exit code 2.
public protocol InputMistake: UserError {}

extension UserError {
    /// The error's description. Errors that name settings override this.
    public var message: UserMessage { "\(description)" }

    /// The message, with settings named as the reader knows them.
    /// - Parameter naming: Maps a setting to its name, such as a command-line option or a property.
    public func message(naming: (_ setting: String) -> String) -> String { message.text(naming: naming) }
}

/// An input error that carries only a message.
///
///     throw InputError("\(setting: "passes") \(passes): expected a number from 1 on")
public struct InputError: InputMistake, Hashable {
    public let message: UserMessage

    public init(_ message: UserMessage) { self.message = message }

    /// The message, with settings named as properties.
    public var description: String { message.description }
}
