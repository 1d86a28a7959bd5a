import Basics

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
        let (text, start) = excerpt
        // Tabs are kept in front of the caret, so that it stands right however wide a terminal draws them.
        let indent = String(text.prefix(start).map { $0 == "\t" ? "\t" : " " })
        var lines = [
            "\(file):\(line):\(column): \(severity.rawValue): \(message)",
            "  \(text)",
            "  \(indent)\(String(repeating: "^", count: max(1, min(length, text.count - start))))",
        ]
        if let suggestion { lines.append("  \(suggestion)") }
        return lines.joined(separator: "\n")
    }
}

extension Diagnostic {
    /// Characters of a source line that are shown: more would hide the caret.
    private static let longestLine = 160

    /// The source line, of a long one what is around the place, and where the place is in it.
    private var excerpt: (text: String, start: Int) {
        guard sourceLine.utf8.count > Self.longestLine else { return (sourceLine, column - 1) }
        let characters = Array(sourceLine)
        let first = max(0, column - 1 - Self.longestLine / 2)
        let last = min(characters.count, first + Self.longestLine)
        let text = (first > 0 ? "…" : "") + String(characters[first..<last]) + (last < characters.count ? "…" : "")
        return (text, column - 1 - first + (first > 0 ? 1 : 0))
    }
}

/// The errors (and warnings) that one pass over a space file found, in order of their places.
public struct SpaceErrors: InputMistake, Hashable {
    /// More help nobody, and a file that is no space at all would give thousands.
    public static let most = 50

    /// At most `most`.
    public let diagnostics: [Diagnostic]

    public var description: String {
        let all = diagnostics.map(\.description)
        return (all.count < Self.most ? all : all + ["these are the first \(Self.most) mistakes; there may be more"]).joined(
            separator: "\n")
    }
}

/// A space file that cannot be read.
public struct SpaceFileError: InputMistake, Hashable {
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
