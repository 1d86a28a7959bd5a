/// A text for the user of whatever layer shows it: it refers to settings with `\(setting: "max-macs")`, and each layer names them in its
/// user's terms, a property in a program, an option on the command line.
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

        /// - Parameter setting: its name in lower case, words joined by hyphens.
        public mutating func appendInterpolation(setting: String) { append(.setting(setting)) }

        public mutating func appendInterpolation(_ message: UserMessage) { message.parts.forEach { append($0) } }

        /// Texts in a row are one: equal messages have equal parts, however they were put together.
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

    /// - Parameter naming: the name that the reader knows a setting by.
    public func text(naming: (_ setting: String) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .setting(let name): naming(name)
            }
        }.joined()
    }

    /// Settings by the names of properties: `max-macs` is `maxMacs`.
    public var description: String {
        text { name in
            let words = name.split(separator: "-")
            return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }
    }
}

extension UserMessage {
    /// The message of an error, the settings that it names included.
    public init(_ error: any Error) {
        self = (error as? any UserError)?.message ?? "\("\(error)")"
    }
}
