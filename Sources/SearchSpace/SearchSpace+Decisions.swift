import BigInt

/// A space too large to look at each of its architectures.
public struct EnumerationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let space: String
    public let architectures: BigInt
    public let largest: Int

    public var description: String {
        "the different functions of \(space) can only be counted by looking at each architecture; it has \(architectures), and at most \(largest) are looked at"
    }
}

extension SearchSpace {
    /// More would take minutes.
    static let mostEnumerated = 2_000_000

    /// The exact number of architectures: products over what is decided independently, sums over the alternatives of a choice.
    public var architectureCount: BigInt { tree.count }

    /// The number of different functions, by canonical form. Throws ``EnumerationError`` for a space of more than 2,000,000 architectures.
    public func distinctCount() throws -> Int {
        guard architectureCount <= Self.mostEnumerated else {
            throw EnumerationError(space: name, architectures: architectureCount, largest: Self.mostEnumerated)
        }
        return Set(architectures().lazy.map { hashValue(of: $0) }).count
    }

    /// One architecture, each with the same probability.
    public func sample(using generator: inout some RandomNumberGenerator) -> Architecture {
        var decisions: [UInt16] = []
        if let count = Int(exactly: tree.count) {
            tree.decide(Int.random(in: 0..<count, using: &generator), as: Int.self, into: &decisions)
        } else {
            tree.decide(BigInt(BigUInt.randomInteger(lessThan: tree.count.magnitude, using: &generator)), as: BigInt.self, into: &decisions)
        }
        return Architecture(decisions: decisions)
    }

    /// All architectures, one at a time.
    public func architectures() -> some Sequence<Architecture> {
        let tree = tree
        return sequence(state: BigInt(0)) { (index: inout BigInt) -> Architecture? in
            guard index < tree.count else { return nil }
            var decisions: [UInt16] = []
            if let small = Int(exactly: index), tree.count <= Int.max {
                tree.decide(small, as: Int.self, into: &decisions)
            } else {
                tree.decide(index, as: BigInt.self, into: &decisions)
            }
            index += 1
            return Architecture(decisions: decisions)
        }
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
