/// What is wrong, or doubtful, at one place of a space file, and what would be right.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    public let file: String
    /// Counted from 1.
    public let line: Int
    /// In characters, counted from 1.
    public let column: Int
    /// Number of characters that the caret underlines; at least 1.
    public let length: Int
    public let severity: Severity
    public let message: String
    /// What the writer may have meant, or should write instead.
    public let suggestion: String?
    public let sourceLine: String

    /// `file:line:column: error: message`, the source line, carets under the place, and the suggestion if there is one.
    public var description: String {
        // Tabs are kept in front of the caret, so that it stands right however wide a terminal draws them.
        let indent = String(sourceLine.prefix(column - 1).map { $0 == "\t" ? "\t" : " " })
        var lines = [
            "\(file):\(line):\(column): \(severity.rawValue): \(message)",
            "  \(sourceLine)",
            "  \(indent)\(String(repeating: "^", count: length))",
        ]
        if let suggestion { lines.append("  \(suggestion)") }
        return lines.joined(separator: "\n")
    }
}

/// All errors (and warnings) that one pass over a space file found, in order of their places.
public struct SpaceErrors: Error, Hashable, Sendable, CustomStringConvertible {
    public let diagnostics: [Diagnostic]

    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// A space file that cannot be read.
public struct SpaceFileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Hashable, Sendable {
        case missing = "there is no such file"
        case directory = "it is a directory"
        case unreadable = "it cannot be read"
        case tooLarge = "it is larger than 1 MB"
        case notText = "it is not UTF-8 text"
    }

    public let path: String
    public let reason: Reason

    public var description: String { "cannot load the search space \(path): \(reason.rawValue)" }
}
