import Foundation

/// A page of the documentation in Markdown: its fenced blocks, and the lines around them.
struct DocumentationPage {
    /// The page's path in the package, as in "SearchSpaces/README.md".
    let name: String
    private(set) var blocks: [Block] = []
    /// Lines outside of blocks and comments, by number.
    private(set) var prose: [(number: Int, text: String)] = []

    /// README, the articles of all catalogs, and the pages of search spaces and results.
    static let names: [String] = {
        let manager = FileManager.default
        func entries(_ folder: String) -> [String] {
            let found = (try? manager.contentsOfDirectory(atPath: "\(Executable.root)/\(folder)")) ?? []
            return found.sorted().map { "\(folder)/\($0)" }
        }
        let catalogs = entries("Sources").flatMap(entries).filter { $0.hasSuffix(".docc") }
        let articles = catalogs.flatMap(entries).filter { $0.hasSuffix(".md") }
        let studies = entries("Results").map { "\($0)/README.md" }
        let all = ["README.md", "SearchSpaces/README.md", "Results/README.md"] + articles + studies
        return all.filter { manager.fileExists(atPath: "\(Executable.root)/\($0)") }
    }()

    /// The pages of studies other than their README.
    static let resultPages: [String] = {
        let files = FileManager.default.enumerator(atPath: "\(Executable.root)/Results")?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".md") && !$0.hasPrefix("runs/") }.map { "Results/\($0)" }.filter { !names.contains($0) }
            .sorted()
    }()

    init(_ name: String) throws {
        self.init(name: name, text: try String(contentsOfFile: "\(Executable.root)/\(name)", encoding: .utf8))
    }

    init(name: String, text: String) {
        self.name = name
        var fence: (ticks: Int, line: Int, language: String, lines: [String])?
        // The comment under construction, and the last comment followed only by blank lines.
        var (open, comment): (String?, String?) = (nil, nil)
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            let ticks = trimmed.prefix { $0 == "`" }.count
            if let started = fence {
                if ticks >= started.ticks, ticks == trimmed.count {
                    let text = started.lines.map { $0 + "\n" }.joined()
                    blocks.append(Block(line: started.line, language: started.language, text: text, comment: comment))
                    (fence, comment) = (nil, nil)
                } else {
                    fence?.lines.append(line)
                }
            } else if open != nil || trimmed.hasPrefix("<!--") {
                let whole = open.map { $0 + "\n" + line } ?? String(trimmed.dropFirst(4))
                let end = whole.range(of: "-->")
                open = end == nil ? whole : nil
                comment = end.map { whole[..<$0.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines) }
            } else if ticks >= 3 {
                fence = (ticks, index + 1, trimmed.dropFirst(ticks).trimmingCharacters(in: .whitespaces), [])
            } else {
                if !trimmed.isEmpty { comment = nil }
                prose.append((index + 1, line))
            }
        }
    }

    /// Whether a study wrote the page. Such pages need no marks.
    var isResult: Bool { name.hasPrefix("Results/") }

    /// Texts between backticks.
    var spans: [(line: Int, text: String)] {
        prose.flatMap { line in line.text.matches(of: #/`([^`]+)`/#).map { (line.number, String($0.1)) } }
    }

    /// Destinations of links and pictures.
    var links: [(line: Int, text: String)] {
        prose.flatMap { line in line.text.matches(of: #/\]\(([^()\s]+)\)/#).map { (line.number, String($0.1)) } }
    }

    /// Names of articles of the same catalog.
    var articles: [(line: Int, text: String)] {
        prose.flatMap { line in line.text.matches(of: #/<doc:([\w-]+)>/#).map { (line.number, String($0.1)) } }
    }

    /// Commands in indented blocks. Blocks must be fenced, because a mark cannot belong to an indented one.
    var indentedCommands: [Int] {
        prose.filter { $0.text.contains(#/^ {4,}(gtn-nas|Scripts/|python3|venv/)/#) }.map(\.number)
    }
}

extension DocumentationPage {
    /// A fenced block. The comment directly before a block of shell commands says how it is tested:
    ///
    ///     <!-- run -->
    ///
    ///     <!-- run: LONG => SHORT
    ///     before: COMMAND
    ///     -->
    ///
    ///     <!-- not run: REASON -->
    ///
    /// Each LONG is replaced by its SHORT, so that the block runs quickly. Commands after `before:` first do what the text assumes.
    struct Block {
        /// The line of the block's opening fence.
        let line: Int
        let language: String
        let text: String
        let comment: String?

        struct Mistake: Error, CustomStringConvertible {
            let description: String
        }

        /// The commands that the test runs; nil for a block that is marked as not run.
        func script() throws(Mistake) -> String? {
            guard let comment else { throw Mistake(description: "the block has no mark; write <!-- run --> or <!-- not run: REASON -->") }
            if comment == "run" { return text }
            if let reason = rest(of: comment, after: "not run:") {
                guard !reason.isEmpty else { throw Mistake(description: "the mark 'not run' has no reason") }
                return nil
            }
            guard let lines = rest(of: comment, after: "run:") else { throw Mistake(description: "'\(comment)' is not a mark") }
            var (before, script) = ("", text)
            for line in lines.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) }) where !line.isEmpty {
                if let command = rest(of: line, after: "before:") {
                    before += command + "\n"
                    continue
                }
                guard let arrow = line.range(of: "=>") else { throw Mistake(description: "'\(line)' is not LONG => SHORT") }
                let long = line[..<arrow.lowerBound].trimmingCharacters(in: .whitespaces)
                guard !long.isEmpty, script.contains(long) else { throw Mistake(description: "the block does not contain '\(long)'") }
                script = script.replacing(long, with: line[arrow.upperBound...].trimmingCharacters(in: .whitespaces))
            }
            return before + script
        }

        private func rest(of text: String, after prefix: String) -> String? {
            text.hasPrefix(prefix) ? text.dropFirst(prefix.count).trimmingCharacters(in: .whitespacesAndNewlines) : nil
        }
    }
}
