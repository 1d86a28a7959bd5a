import Basics

/// A text that names no architecture of a space.
public struct NotationError: InputMistake, Hashable {
    public let space: String
    public let notation: String
    /// In characters, counted from 1.
    public let column: Int
    public let found: String
    public let expected: [String]
    public let suggestion: String?

    public var description: String {
        let what = found.isEmpty ? "the end" : "`\(found)`"
        let lines = [
            "no architecture of \(space): expected \(expected.map { "`\($0)`" }.alternatives()), found \(what) at character \(column)",
            "  \(notation)", "  \(String(repeating: " ", count: column - 1))^",
        ]
        return (lines + (suggestion.map { ["  did you mean `\($0)`?"] } ?? [])).joined(separator: "\n")
    }
}

/// The space's own notation: an alternative's label for each decision. `.` stands between statements, `,` between the decisions of one,
/// `:` before a decision inside an alternative, `+` between cells, which then begin with `name=`.
extension SearchSpace {
    /// One line, the same in every run, of characters that need no quoting in a shell or a file name.
    public func notation(of architecture: Architecture) -> String {
        var position = 0
        let open = sections.filter { !$0.tree.isFixed }
        return open.map { section in
            let groups = section.groups.filter { !$0.isFixed }.map { text(of: $0, architecture.decisions, &position, separator: ",") }
            return (open.count > 1 ? "\(section.name)=" : "") + groups.joined(separator: ".")
        }.joined(separator: "+")
    }

    private func text(of tree: DecisionTree, _ decisions: [UInt16], _ position: inout Int, separator: String) -> String {
        switch tree {
        case .all(let trees, _):
            return trees.map { text(of: $0, decisions, &position, separator: separator) }.joined(separator: separator)
        case .one(let trees, let labels, _):
            let decision = Int(decisions[position])
            position += 1
            let inner = text(of: trees[decision], decisions, &position, separator: ":")
            return inner.isEmpty ? labels[decision] : "\(labels[decision]):\(inner)"
        }
    }

    /// The architecture that a text names, in the space's own notation or its foreign one. Throws ``NotationError``, or
    /// ``RequirementError`` when the space excludes it.
    public func architecture(_ notation: String) throws -> Architecture {
        let decisions = try decisions(notation)
        if let violation = violation(of: decisions) { throw violation }
        return Architecture(decisions: decisions)
    }

    private func decisions(_ notation: String) throws -> [UInt16] {
        if let foreign = term.foreign, foreign.claims(notation) { return try foreign.decisions(notation, space: name) }
        var reader = NotationReader(notation, space: name)
        let open = sections.filter { !$0.tree.isFixed }
        for (index, section) in open.enumerated() {
            if index > 0 { try reader.expect("+") }
            if open.count > 1 { try reader.expect("\(section.name)=") }
            for (position, group) in section.groups.filter({ !$0.isFixed }).enumerated() {
                if position > 0 { try reader.expect(".") }
                try reader.read(group, separator: ",")
            }
        }
        try reader.expectEnd()
        return reader.decisions
    }

    /// The architecture in the space's foreign notation; nil when the space declares none.
    public func foreignNotation(of architecture: Architecture) -> String? {
        term.foreign?.text(of: architecture.decisions)
    }
}

/// Reads a notation from left to right.
struct NotationReader {
    private let notation: String
    private let space: String
    private var rest: Substring
    private(set) var decisions: [UInt16] = []

    init(_ notation: String, space: String) {
        self.notation = notation
        self.space = space
        rest = notation[...]
    }

    mutating func read(_ tree: DecisionTree, separator: String) throws {
        switch tree {
        case .all(let trees, _):
            for (index, tree) in trees.enumerated() {
                if index > 0 { try expect(separator) }
                try read(tree, separator: separator)
            }
        case .one(let trees, let labels, _):
            let decision = try word(of: labels)
            decisions.append(UInt16(decision))
            if !trees[decision].isFixed {
                try expect(":")
                try read(trees[decision], separator: ":")
            }
        }
    }

    /// The position of the word that comes next.
    mutating func word(of words: [String], endingAt ends: String = ".,:+|~") throws -> Int {
        let word = rest.prefix { !ends.contains($0) }
        guard let index = words.firstIndex(where: { $0 == word }) else {
            throw error(found: String(word), expected: words, suggestion: Suggestion.nearest(to: String(word), among: words))
        }
        rest = rest.dropFirst(word.count)
        return index
    }

    mutating func expect(_ sign: String) throws {
        guard rest.hasPrefix(sign) else { throw error(found: String(rest.prefix(max(1, sign.count))), expected: [sign]) }
        rest = rest.dropFirst(sign.count)
    }

    /// The same with blanks before it.
    mutating func expectSpaced(_ sign: String) throws {
        skipBlanks()
        try expect(sign)
    }

    mutating func skipBlanks() { rest = rest.drop { $0.isWhitespace } }

    mutating func take(_ sign: String) -> Bool {
        guard rest.hasPrefix(sign) else { return false }
        rest = rest.dropFirst(sign.count)
        return true
    }

    /// The position of the one character that comes next.
    mutating func character(of characters: [String]) throws -> Int {
        guard let index = characters.firstIndex(of: String(rest.prefix(1))) else {
            throw error(found: String(rest.prefix(1)), expected: characters)
        }
        rest = rest.dropFirst()
        return index
    }

    func expectEnd() throws {
        if !rest.isEmpty { throw error(found: String(rest.prefix(1)), expected: ["the end"]) }
    }

    mutating func append(_ decision: Int) { decisions.append(UInt16(decision)) }

    private func error(found: String, expected: [String], suggestion: String? = nil) -> NotationError {
        let column = notation.distance(from: notation.startIndex, to: rest.startIndex) + 1
        return NotationError(space: space, notation: notation, column: column, found: found, expected: expected, suggestion: suggestion)
    }
}
