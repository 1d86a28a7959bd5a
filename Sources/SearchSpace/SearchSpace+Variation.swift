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
    func copy(
        _ reader: inout DecisionReader, changing place: Int, using generator: inout some RandomNumberGenerator, into result: inout [UInt16]
    ) {
        switch self {
        case .all(let trees, _): for tree in trees { tree.copy(&reader, changing: place, using: &generator, into: &result) }
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
