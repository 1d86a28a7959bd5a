import Basics

/// An error: a text is not the notation of an architecture of the space.
public struct NotationError: InputMistake, Hashable {
    public let space: String
    public let notation: String
    /// The column in characters, counted from 1.
    public let column: Int
    public let found: String
    public let expected: [String]
    public let suggestion: String?

    public var description: String {
        let what = found.isEmpty ? "the end" : "`\(found)`"
        let lines = [
            "not an architecture of \(space): expected \(expected.map { "`\($0)`" }.alternatives()), found \(what) at character \(column)",
            "  \(notation)", "  \(String(repeating: " ", count: column - 1))^",
        ]
        return (lines + (suggestion.map { ["  did you mean `\($0)`?"] } ?? [])).joined(separator: "\n")
    }
}

/// The space's canonical notation: the label of the chosen alternative for each decision.
///
/// `.` separates statements and `,` the decisions of one statement. `:` precedes a decision inside an alternative. `+` separates cells,
/// which then begin with `name=`.
extension SearchSpace {
    /// The architecture in canonical notation: one line without characters that need quoting in shells or file names, the same in every
    /// run.
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

    /// Parses an architecture in the space's canonical notation or its foreign one.
    /// - Throws: ``NotationError`` for an invalid text, ``RequirementError`` if the architecture violates a requirement.
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

    /// The architecture in the space's foreign notation; nil if the space declares none.
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

    /// Reads the next word and returns its position among `words`.
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

    /// The same, after optional blanks.
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

    /// Reads the next character and returns its position among `characters`.
    mutating func character(of characters: [String]) throws -> Int {
        guard let index = characters.firstIndex(of: String(rest.prefix(1))) else {
            throw error(found: String(rest.prefix(1)), expected: characters)
        }
        rest = rest.dropFirst()
        return index
    }

    var isAtEnd: Bool { rest.isEmpty }

    func expectEnd() throws {
        if !rest.isEmpty { throw error(found: String(rest.prefix(1)), expected: ["the end"]) }
    }

    mutating func append(_ decision: Int) { decisions.append(UInt16(decision)) }

    private func error(found: String, expected: [String], suggestion: String? = nil) -> NotationError {
        let column = notation.distance(from: notation.startIndex, to: rest.startIndex) + 1
        return NotationError(space: space, notation: notation, column: column, found: found, expected: expected, suggestion: suggestion)
    }
}
