/// A text for users that refers to settings with `\(setting: "max-macs")`. Each layer chooses the names: a property in a
/// program, an option on the command line.
public struct UserMessage: Sendable, Hashable, Codable, ExpressibleByStringInterpolation, CustomStringConvertible {
    fileprivate enum Part: Sendable, Hashable, Codable {
        case text(String)
        case setting(String)
    }

    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        public init(literalCapacity: Int, interpolationCount: Int) {}

        public mutating func appendLiteral(_ literal: String) { append(.text(literal)) }

        public mutating func appendInterpolation(_ value: some CustomStringConvertible) { append(.text(value.description)) }

        /// - Parameter setting: The setting's name in lower case, words joined by hyphens.
        public mutating func appendInterpolation(setting: String) { append(.setting(setting)) }

        public mutating func appendInterpolation(_ message: UserMessage) { message.parts.forEach { append($0) } }

        /// Joins adjacent texts, so that equal messages have equal parts however they were built.
        private mutating func append(_ part: Part) {
            guard case .text(let text) = part else { return parts.append(part) }
            if text.isEmpty { return }
            if case .text(let earlier)? = parts.last {
                parts[parts.count - 1] = .text(earlier + text)
            } else {
                parts.append(part)
            }
        }
    }

    private let parts: [Part]

    public init(stringLiteral value: String) { parts = value.isEmpty ? [] : [.text(value)] }

    public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    /// The message as text.
    /// - Parameter naming: Maps a setting to the name that the reader knows.
    public func text(naming: (_ setting: String) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .setting(let name): naming(name)
            }
        }.joined()
    }

    /// The message, with settings named as properties: `max-macs` becomes `maxMacs`.
    public var description: String {
        text { name in
            let words = name.split(separator: "-")
            return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }
    }
}

extension UserMessage {
    /// The message of an error. It keeps references to settings.
    public init(_ error: any Error) {
        self = (error as? any UserError)?.message ?? "\("\(error)")"
    }
}
