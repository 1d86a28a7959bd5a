/// An error that the user can mend: wrong input, not a fault of the program. Commands end with exit code 2.
public protocol InputMistake: Error, CustomStringConvertible {
    /// The message for a reader who knows settings by the names that `naming` gives them: a command-line option, a property.
    func message(naming: (_ setting: String) -> String) -> String
}

extension InputMistake {
    /// Most mistakes name no setting.
    public func message(naming: (_ setting: String) -> String) -> String { description }
}

/// A mistake told by its message alone: what is wrong, where, and what mends it.
///
///     throw InputError("\(setting: "passes") \(passes): expected a number from 1 on")
public struct InputError: InputMistake, Hashable {
    public let message: UserMessage

    public init(_ message: UserMessage) { self.message = message }

    public func message(naming: (_ setting: String) -> String) -> String { message.text(naming: naming) }

    /// Settings by their own names.
    public var description: String { message.description }
}

extension InputError {
    /// Refuses a number outside its bounds; nil is fine.
    public static func check(_ name: String, _ value: Int?, _ bounds: ClosedRange<Int>) throws(InputError) {
        guard let value, !bounds.contains(value) else { return }
        throw InputError("\(setting: name) \(value): expected a number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
}
