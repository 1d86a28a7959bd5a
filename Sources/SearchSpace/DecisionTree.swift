import BigInt

/// What is left to decide, without what it means: the count, the sampling and the notation of architectures need no more.
indirect enum DecisionTree: Sendable {
    /// Everything inside is decided, one after the other.
    case all([DecisionTree], count: BigInt)
    /// One of these.
    case one([DecisionTree], labels: [String], count: BigInt)

    var count: BigInt {
        switch self {
        case .all(_, let count), .one(_, _, let count): count
        }
    }

    static func all(_ trees: [DecisionTree]) -> DecisionTree {
        let open = trees.filter { if case .all(let inner, _) = $0 { !inner.isEmpty } else { true } }
        if open.count == 1 { return open[0] }
        return .all(open, count: open.reduce(1) { $0 * $1.count })
    }

    var isFixed: Bool { if case .all(let trees, _) = self { trees.isEmpty } else { false } }

    init(_ term: Term, settings: Number.Environment) {
        switch term {
        case .layer, .cell, .variable, .looseEnds: self = .all([])
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _): self = .all(terms.map { DecisionTree($0, settings: settings) })
        case .scope(_, let inner): self = DecisionTree(inner, settings: settings)
        case .repeated(let count, let inner, _):
            let tree = DecisionTree(inner, settings: settings)
            // An op is decided anew at each repeat; what has no choices is not written out.
            self = tree.isFixed ? tree : .all(Array(repeating: tree, count: (try? count.value(settings)) ?? 1))
        case .choice(let options, let labels, _):
            let trees = options.map { DecisionTree($0, settings: settings) }
            self = .one(trees, labels: labels, count: trees.reduce(0) { $0 + $1.count })
        }
    }

    /// Appends the decisions of the architecture number `index`, of 0 to `count` − 1.
    func decide<Index: BinaryInteger>(_ index: Index, as type: Index.Type, into decisions: inout [UInt16]) {
        switch self {
        case .all(let trees, _):
            var rest = index
            for (position, tree) in trees.enumerated() {
                if position == trees.count - 1 {
                    tree.decide(rest, as: type, into: &decisions)
                } else {
                    let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: Index(tree.count))
                    tree.decide(remainder, as: type, into: &decisions)
                    rest = quotient
                }
            }
        case .one(let trees, _, _):
            var rest = index
            for (option, tree) in trees.enumerated() {
                let count = Index(tree.count)
                if rest < count {
                    decisions.append(UInt16(option))
                    return tree.decide(rest, as: type, into: &decisions)
                }
                rest -= count
            }
        }
    }

    /// Appends the decisions of one architecture, each with the same probability.
    func sample(using generator: inout some RandomNumberGenerator, into decisions: inout [UInt16]) {
        if let count = Int(exactly: count) {
            decide(Int.random(in: 0..<count, using: &generator), as: Int.self, into: &decisions)
        } else {
            decide(BigInt(BigUInt.randomInteger(lessThan: count.magnitude, using: &generator)), as: BigInt.self, into: &decisions)
        }
    }

    /// The number of decisions from `start` on that belong to this tree.
    func length(in decisions: [UInt16], from start: Int) -> Int {
        switch self {
        case .all(let trees, _): trees.reduce(0) { $0 + $1.length(in: decisions, from: start + $0) }
        case .one(let trees, _, _): 1 + trees[Int(decisions[start])].length(in: decisions, from: start + 1)
        }
    }
}

/// The decisions of one cell, or of the network outside cells, statement by statement.
struct DecisionSection: Sendable {
    var name: String
    var groups: [DecisionTree]

    var tree: DecisionTree { .all(groups) }
}
