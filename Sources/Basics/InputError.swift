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
/// A message refers to a setting with `\(setting: "max-macs")`, so that each layer can name it in the terms of its own user:
///
///     throw InputError("\(setting: "passes") \(passes): expected a number from 1 on")
public struct InputError: InputMistake, Hashable {
    /// Text with names of settings in between.
    public struct Message: Sendable, Hashable, ExpressibleByStringInterpolation {
        fileprivate enum Part: Sendable, Hashable {
            case text(String)
            case setting(String)
        }

        public struct StringInterpolation: StringInterpolationProtocol {
            fileprivate var parts: [Part] = []

            public init(literalCapacity: Int, interpolationCount: Int) {}

            public mutating func appendLiteral(_ literal: String) { parts.append(.text(literal)) }

            public mutating func appendInterpolation(_ value: some CustomStringConvertible) { parts.append(.text(value.description)) }

            /// The name of a setting in lower case, its words joined by hyphens.
            public mutating func appendInterpolation(setting: String) { parts.append(.setting(setting)) }

            /// Another message, which may name settings.
            public mutating func appendInterpolation(_ message: Message) { parts += message.parts }
        }

        fileprivate let parts: [Part]

        public init(stringLiteral value: String) { parts = [.text(value)] }

        public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
    }

    private let message: Message

    public init(_ message: Message) { self.message = message }

    public func message(naming: (_ setting: String) -> String) -> String {
        message.parts.map { part in
            switch part {
            case .text(let text): text
            case .setting(let name): naming(name)
            }
        }.joined()
    }

    /// Settings by their own names.
    public var description: String { message { $0 } }
}
