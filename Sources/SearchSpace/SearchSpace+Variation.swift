/// Small changes of architectures, for evolution and local search.
extension SearchSpace {
    /// The architecture with one random choice changed, every choice with the same probability. Decisions inside the new alternative are
    /// random.
    /// - Returns: nil if nothing can change, or if none of 1,000 random changes satisfies the space's requirements.
    public func mutated(_ architecture: Architecture, using generator: inout some RandomNumberGenerator) -> Architecture? {
        let places = architecture.decisions.indices.filter { alternatives(at: $0, in: architecture.decisions) > 1 }
        guard !places.isEmpty else { return nil }
        for _ in 0..<1000 {
            let place = places.randomElement(using: &generator)!
            var reader = DecisionReader(architecture.decisions)
            var changed: [UInt16] = []
            tree.copy(&reader, changing: place, using: &generator, into: &changed)
            if satisfiesRequirements(changed) { return Architecture(decisions: changed) }
        }
        return nil
    }

    /// A child of two architectures, which has each choice from either one with the same probability. Decisions inside an alternative that
    /// only one of them has come from that one.
    /// - Returns: nil if none of 100 random children satisfies the space's requirements.
    public func recombined(_ first: Architecture, _ second: Architecture, using generator: inout some RandomNumberGenerator)
        -> Architecture?
    {
        for _ in 0..<100 {
            var (left, right) = (DecisionReader(first.decisions), DecisionReader(second.decisions))
            var decisions: [UInt16] = []
            tree.recombine(&left, &right, using: &generator, into: &decisions)
            if satisfiesRequirements(decisions) { return Architecture(decisions: decisions) }
        }
        return nil
    }

    /// Takes random steps that stay among the admitted architectures. After many steps, all architectures that such steps can reach are
    /// about equally likely.
    ///
    /// A step changes one choice, as in ``mutated(_:using:)``. It is taken with probability min(1, n |T′| / (n′ |T|)), where n and n′ are
    /// the numbers of choices before and after, and |T| and |T′| count the alternatives inside the old and the new option (Hastings, "Monte
    /// Carlo sampling methods using Markov chains and their applications", 1970).
    /// - Parameters:
    ///   - start: an admitted architecture.
    ///   - stepsPerChoice: the number of steps, taken or not, for each choice of the start.
    ///   - generator: the source of randomness.
    ///   - isAdmitted: whether the walk may go to an architecture.
    public func walked(
        from start: Architecture, stepsPerChoice: Int, using generator: inout some RandomNumberGenerator, isAdmitted: (Architecture) -> Bool
    ) -> Architecture {
        func places(_ decisions: [UInt16]) -> [Int] { decisions.indices.filter { alternatives(at: $0, in: decisions) > 1 } }
        var current = start
        var currentPlaces = places(start.decisions)
        for _ in 0..<stepsPerChoice * currentPlaces.count {
            guard let place = currentPlaces.randomElement(using: &generator) else { return current }
            var reader = DecisionReader(current.decisions)
            var changed: [UInt16] = []
            let growth = tree.copy(&reader, changing: place, using: &generator, into: &changed)
            let chance = Double.random(in: 0..<1, using: &generator)
            let newPlaces = places(changed)
            guard chance < growth * Double(currentPlaces.count) / Double(newPlaces.count), satisfiesRequirements(changed),
                case let next = Architecture(decisions: changed), isAdmitted(next)
            else { continue }
            (current, currentPlaces) = (next, newPlaces)
        }
        return current
    }

    /// The number of choices in which two architectures differ, which is a metric. A choice with different alternatives counts once,
    /// whatever the decisions inside.
    public func distance(_ a: Architecture, _ b: Architecture) -> Int {
        var (left, right) = (DecisionReader(a.decisions), DecisionReader(b.decisions))
        return tree.distance(&left, &right)
    }

    private func alternatives(at place: Int, in decisions: [UInt16]) -> Int {
        var position = 0
        return tree.alternatives(at: place, in: decisions, from: &position) ?? 0
    }
}

/// Reads decisions in sequence.
struct DecisionReader {
    let decisions: [UInt16]
    var position: Int

    init(_ decisions: [UInt16], from start: Int = 0) {
        self.decisions = decisions
        position = start
    }

    mutating func next() -> Int {
        defer { position += 1 }
        return Int(decisions[position])
    }
}

extension DecisionTree {
    /// The number of alternatives of the decision at `place`.
    func alternatives(at place: Int, in decisions: [UInt16], from position: inout Int) -> Int? {
        switch self {
        case .all(let trees, _):
            for tree in trees { if let found = tree.alternatives(at: place, in: decisions, from: &position) { return found } }
            return nil
        case .one(let trees, _, _):
            if position == place { return trees.count }
            let decision = Int(decisions[position])
            position += 1
            return trees[decision].alternatives(at: place, in: decisions, from: &position)
        }
    }

    /// Copies decisions. The one at `place` and those inside it change.
    /// - Returns: the number of alternatives inside the new option divided by that inside the old one; 1 if `place` is not in this tree.
    @discardableResult
    func copy(
        _ reader: inout DecisionReader, changing place: Int, using generator: inout some RandomNumberGenerator, into result: inout [UInt16]
    ) -> Double {
        switch self {
        case .all(let trees, _):
            return trees.reduce(1) { $0 * $1.copy(&reader, changing: place, using: &generator, into: &result) }
        case .one(let trees, _, _):
            let isChanged = reader.position == place
            let old = reader.next()
            guard isChanged else {
                result.append(UInt16(old))
                return trees[old].copy(&reader, changing: place, using: &generator, into: &result)
            }
            let drawn = Int.random(in: 0..<trees.count - 1, using: &generator)
            let new = drawn < old ? drawn : drawn + 1
            result.append(UInt16(new))
            trees[new].sample(using: &generator, into: &result)
            trees[old].skip(&reader)
            return Double(trees[new].count) / Double(trees[old].count)
        }
    }

    /// Copies each decision from either of two architectures.
    func recombine(
        _ a: inout DecisionReader, _ b: inout DecisionReader, using generator: inout some RandomNumberGenerator, into result: inout [UInt16]
    ) {
        switch self {
        case .all(let trees, _): for tree in trees { tree.recombine(&a, &b, using: &generator, into: &result) }
        case .one(let trees, _, _):
            let (left, right) = (a.next(), b.next())
            let chosen = Bool.random(using: &generator) ? left : right
            result.append(UInt16(chosen))
            if left == right { return trees[chosen].recombine(&a, &b, using: &generator, into: &result) }
            let (leftStart, rightStart) = (a.position, b.position)
            trees[left].skip(&a)
            trees[right].skip(&b)
            result += chosen == left ? a.decisions[leftStart..<a.position] : b.decisions[rightStart..<b.position]
        }
    }

    func distance(_ a: inout DecisionReader, _ b: inout DecisionReader) -> Int {
        switch self {
        case .all(let trees, _): return trees.reduce(0) { $0 + $1.distance(&a, &b) }
        case .one(let trees, _, _):
            let (left, right) = (a.next(), b.next())
            if left == right { return trees[left].distance(&a, &b) }
            trees[left].skip(&a)
            trees[right].skip(&b)
            return 1
        }
    }

    /// Moves past the decisions of this tree.
    func skip(_ reader: inout DecisionReader) { reader.position += length(in: reader.decisions, from: reader.position) }
}
