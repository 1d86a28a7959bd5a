import Foundation

/// A command that a page of documentation shows.
struct DocumentedCommand: Hashable {
    /// Where it stands, as in "README.md:12".
    let place: String
    let text: String

    private static let programs = ["gtn-nas", "python3", "venv/bin/python", "tensorboard"]

    private static func isCommand(_ text: String) -> Bool {
        text.hasPrefix("Scripts/") || programs.contains { text == $0 || text.hasPrefix($0 + " ") }
    }

    /// Those of indented blocks, in their order; a backslash at a line's end goes on.
    static func blocks(of page: String, named name: String) -> [DocumentedCommand] {
        var found: [DocumentedCommand] = [], open: DocumentedCommand?
        for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            // What stands behind two spaces and a # is a comment.
            let text = line.prefix { $0 == " " }.count >= 4 ? String(line.drop { $0 == " " }).replacing(#/\s+# .*$/#, with: "") : ""
            guard open != nil || isCommand(text) else { continue }
            let place = open?.place ?? "\(name):\(index + 1)"
            let whole = (open?.text ?? "") + text
            open = whole.hasSuffix("\\") ? DocumentedCommand(place: place, text: String(whole.dropLast())) : nil
            if open == nil { found.append(DocumentedCommand(place: place, text: whole)) }
        }
        return found
    }

    /// Those in running text and in tables, between backticks: one of gtn-nas's subcommands or a script, with something after it.
    static func spans(of page: String, named name: String, subcommands: [String]) -> [DocumentedCommand] {
        page.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            line.hasPrefix("    ")
                ? []
                : line.matches(of: #/`([^`]+)`/#).map { String($0.1) }.filter { text in
                    isCommand(text) || subcommands.contains { text.hasPrefix($0 + " ") && text.contains(#/ -| [A-Z]/#) }
                }.map { DocumentedCommand(place: "\(name):\(index + 1)", text: $0) }
        }
    }
}
