import Basics

/// An error or warning at one place of a space file, with a suggestion.
public struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Severity: String, Hashable, Sendable {
        case error
        case warning
    }

    public let file: String
    /// The line, counted from 1.
    public let line: Int
    /// The column in characters, counted from 1.
    public let column: Int
    /// The number of underlined characters, at least 1.
    public let length: Int
    public let severity: Severity
    public let message: String
    /// What the author may have meant or should write instead.
    public let suggestion: String?
    public let sourceLine: String

    /// The text `file:line:column: error: message`, followed by the source line, carets under the place, and the suggestion.
    public var description: String {
        let (text, start) = excerpt
        // Tabs before the caret are kept, so that it lines up whatever their width in a terminal.
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
    /// The most characters of a source line that are shown. More would hide the caret.
    private static let longestLine = 160

    /// The source line, or an excerpt of a long one, with the position of the error in it.
    private var excerpt: (text: String, start: Int) {
        guard sourceLine.utf8.count > Self.longestLine else { return (sourceLine, column - 1) }
        let characters = Array(sourceLine)
        let first = max(0, column - 1 - Self.longestLine / 2)
        let last = min(characters.count, first + Self.longestLine)
        let text = (first > 0 ? "…" : "") + String(characters[first..<last]) + (last < characters.count ? "…" : "")
        return (text, column - 1 - first + (first > 0 ? 1 : 0))
    }
}

/// The errors and warnings in a space file, in the order of their places.
public struct SpaceErrors: InputMistake, Hashable {
    /// The most diagnostics that are kept. A file of another format would give thousands.
    public static let most = 50

    /// The diagnostics, at most `most`.
    public let diagnostics: [Diagnostic]

    public var description: String {
        let all = diagnostics.map(\.description)
        return (all.count < Self.most ? all : all + ["only the first \(Self.most) errors are shown"]).joined(
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
