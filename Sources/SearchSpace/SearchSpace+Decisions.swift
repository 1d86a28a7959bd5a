import Basics

import BigInt

/// A space too large to look at each of its architectures.
public struct EnumerationError: InputMistake, Hashable {
    public let space: String
    /// What was to be counted.
    public let what: String
    public let architectures: BigInt
    public let largest: Int

    public var description: String {
        "the \(what) of \(space) can only be told by looking at each one; it has \(architectures), and at most \(largest) are looked at"
    }
}

extension SearchSpace {
    /// More would take minutes.
    static let mostEnumerated = 2_000_000

    /// The number of architectures that the file writes, those that requirements exclude included.
    public var unrestrictedCount: BigInt { tree.count }

    /// Whether the file requires anything.
    public var hasRequirements: Bool { !term.requirements.isEmpty }

    /// The exact number of architectures: products over what is decided independently, sums over the alternatives of a choice; where the
    /// file requires numbers of choices, by how often they occur.
    ///
    /// Throws ``EnumerationError`` when bounds on cost make it necessary to look at more than 2,000,000 architectures.
    public func architectureCount() throws -> BigInt {
        if term.requirements.isEmpty { return tree.count }
        if term.requirements.allSatisfy(\.isOfChoices) { return countOfChoices(term.requirements) }
        try checkEnumerable("architectures within the bounds on cost")
        return BigInt(architectures().reduce(0) { count, _ in count + 1 })
    }

    /// The number of different functions, by canonical form. Throws ``EnumerationError`` for a space of more than 2,000,000 architectures.
    public func distinctCount() throws -> Int {
        try checkEnumerable("different functions")
        return Set(architectures().lazy.map { hashValue(of: $0) }).count
    }

    private func checkEnumerable(_ what: String) throws {
        guard tree.count <= Self.mostEnumerated else {
            throw EnumerationError(space: name, what: what, architectures: tree.count, largest: Self.mostEnumerated)
        }
    }

    /// One architecture, each with the same probability.
    ///
    /// What requirements exclude is drawn again: that one can be found was seen when the space was read.
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

    /// How many architectures there are to number, those that requirements exclude included. Throws ``EnumerationError`` when there are
    /// more than 2,000,000.
    public func numberedCount() throws -> Int {
        try checkEnumerable("architectures")
        return Int(tree.count)
    }

    /// The architecture of a number from 0 to the count − 1; nil for one that requirements exclude.
    public func architecture(number: Int) -> Architecture? {
        var decisions: [UInt16] = []
        tree.decide(BigInt(number), into: &decisions)
        return satisfiesRequirements(decisions) ? Architecture(decisions: decisions) : nil
    }

    /// Where each cell's decisions start, by the cell's position, and where the network's do.
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
