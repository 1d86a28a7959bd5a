import Basics

import BigInt

/// An error: a space is too large to enumerate its architectures.
public struct EnumerationError: InputMistake, Hashable {
    public let space: String
    /// The thing to enumerate, for the message.
    public let what: String
    public let architectures: BigInt
    public let largest: Int

    public var description: String {
        "cannot enumerate the \(what) of \(space): it has \(architectures) architectures, more than the limit of \(largest)"
    }
}

extension SearchSpace {
    /// The most architectures that are enumerated. More would need minutes.
    static let mostEnumerated = 2_000_000

    /// The number of architectures regardless of requirements.
    public var unrestrictedCount: BigInt { tree.count }

    /// Whether the space has requirements.
    public var hasRequirements: Bool { !term.requirements.isEmpty }

    /// The exact number of architectures.
    ///
    /// Independent decisions multiply, and the alternatives of a choice add up. Requirements on choices are counted by the frequencies of
    /// labels. Requirements on cost need enumeration.
    /// - Throws: ``EnumerationError`` if requirements on cost need an enumeration of more than 2,000,000 architectures.
    public func architectureCount() throws -> BigInt {
        if term.requirements.isEmpty { return tree.count }
        if term.requirements.allSatisfy(\.isOfChoices) { return countOfChoices(term.requirements) }
        try checkEnumerable("architectures within the bounds on cost")
        return BigInt(architectures().reduce(0) { count, _ in count + 1 })
    }

    /// The number of different functions, by canonical form.
    /// - Throws: ``EnumerationError`` for a space of more than 2,000,000 architectures.
    public func distinctCount() throws -> Int {
        try checkEnumerable("different functions")
        return Set(architectures().lazy.map { hashValue(of: $0) }).count
    }

    private func checkEnumerable(_ what: String) throws {
        guard tree.count <= Self.mostEnumerated else {
            throw EnumerationError(space: name, what: what, architectures: tree.count, largest: Self.mostEnumerated)
        }
    }

    /// Draws an architecture uniformly at random.
    ///
    /// Architectures that violate requirements are redrawn. Parsing has checked that some satisfy them.
    public func sample(using generator: inout some RandomNumberGenerator) -> Architecture {
        while true {
            var decisions: [UInt16] = []
            tree.sample(using: &generator, into: &decisions)
            if satisfiesRequirements(decisions) { return Architecture(decisions: decisions) }
        }
    }

    /// All architectures, one at a time.
    public func architectures() -> some Sequence<Architecture> {
        let all = sequence(state: BigInt(0)) { [tree] (index: inout BigInt) -> [UInt16]? in
            guard index < tree.count else { return nil }
            var decisions: [UInt16] = []
            tree.decide(index, into: &decisions)
            index += 1
            return decisions
        }
        return all.lazy.filter { satisfiesRequirements($0) }.map { Architecture(decisions: $0) }
    }

    /// The number of numbered architectures, regardless of requirements.
    /// - Throws: ``EnumerationError`` for a space of more than 2,000,000 architectures.
    public func numberedCount() throws -> Int {
        try checkEnumerable("architectures")
        return Int(tree.count)
    }

    /// The architecture with a number from 0 to `numberedCount` − 1; nil if it violates a requirement.
    public func architecture(number: Int) -> Architecture? {
        var decisions: [UInt16] = []
        tree.decide(BigInt(number), into: &decisions)
        return satisfiesRequirements(decisions) ? Architecture(decisions: decisions) : nil
    }

    /// The start of each cell's decisions, by the cell's position, and the start of the network's decisions.
    func starts(in decisions: [UInt16]) -> (cells: [Int: Int], network: Int) {
        var starts: [Int: Int] = [:]
        var position = 0
        for (section, cell) in zip(sections, term.usedCells) {
            starts[cell] = position
            position += section.tree.length(in: decisions, from: position)
        }
        return (starts, position)
    }
}
