import BigInt

/// The structure of a space's decisions without their meaning, sufficient to count, sample and write architectures.
indirect enum DecisionTree: Sendable {
    /// All of these are decided, in sequence.
    case all([DecisionTree], Size)
    /// One of these is chosen.
    case one([DecisionTree], labels: [String], Size)

    /// The number of architectures.
    struct Size: Sendable {
        let exact: BigInt
        /// The number as an `Int` if it fits, for fast counting and sampling.
        let small: Int?

        init(_ exact: BigInt) {
            self.exact = exact
            small = Int(exactly: exact)
        }
    }

    var count: BigInt { size.exact }

    private var size: Size {
        switch self {
        case .all(_, let size), .one(_, _, let size): size
        }
    }

    static func all(_ trees: [DecisionTree]) -> DecisionTree {
        let open = trees.filter { if case .all(let inner, _) = $0 { !inner.isEmpty } else { true } }
        if open.count == 1 { return open[0] }
        return .all(open, Size(open.reduce(1) { $0 * $1.count }))
    }

    /// Whether another tree has the same decisions with as many alternatives.
    func isLike(_ other: DecisionTree) -> Bool {
        switch (self, other) {
        case (.all(let own, _), .all(let trees, _)), (.one(let own, _, _), .one(let trees, _, _)):
            own.count == trees.count && zip(own, trees).allSatisfy { $0.isLike($1) }
        case (.all, .one), (.one, .all): false
        }
    }

    var isFixed: Bool { if case .all(let trees, _) = self { trees.isEmpty } else { false } }

    init(_ term: Term, settings: Number.Environment) {
        switch term {
        case .layer, .cell, .variable, .looseEnds: self = .all([])
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _):
            self = .all(terms.map { DecisionTree($0, settings: settings) })
        case .scope(_, let inner): self = DecisionTree(inner, settings: settings)
        case .repeated(let count, let inner, _):
            let tree = DecisionTree(inner, settings: settings)
            // Each repeat of an op makes its own choices. Repeats without choices need no copies.
            self = tree.isFixed ? tree : .all(Array(repeating: tree, count: (try? count.value(settings)) ?? 1))
        case .choice(let options, let labels, _):
            let trees = options.map { DecisionTree($0, settings: settings) }
            self = .one(trees, labels: labels, Size(trees.reduce(0) { $0 + $1.count }))
        }
    }

    /// Appends the decisions of the architecture with number `index`, from 0 to `count` − 1.
    func decide(_ index: BigInt, into decisions: inout [UInt16]) {
        if size.small != nil { return decide(Int(index), into: &decisions) }
        var rest = index
        switch self {
        case .all(let trees, _):
            for tree in trees {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: tree.count)
                tree.decide(remainder, into: &decisions)
                rest = quotient
            }
        case .one(let trees, _, _):
            for (option, tree) in trees.enumerated() {
                if rest < tree.count {
                    decisions.append(UInt16(option))
                    return tree.decide(rest, into: &decisions)
                }
                rest -= tree.count
            }
        }
    }

    /// The same for a tree whose count fits an `Int`.
    private func decide(_ index: Int, into decisions: inout [UInt16]) {
        var rest = index
        switch self {
        case .all(let trees, _):
            for tree in trees {
                let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: tree.size.small!)
                tree.decide(remainder, into: &decisions)
                rest = quotient
            }
        case .one(let trees, _, _):
            for (option, tree) in trees.enumerated() {
                let count = tree.size.small!
                if rest < count {
                    decisions.append(UInt16(option))
                    return tree.decide(rest, into: &decisions)
                }
                rest -= count
            }
        }
    }

    /// Appends the decisions of a random architecture, each with the same probability.
    func sample(using generator: inout some RandomNumberGenerator, into decisions: inout [UInt16]) {
        if let count = size.small { return decide(Int.random(in: 0..<count, using: &generator), into: &decisions) }
        switch self {
        // Independent decisions are drawn independently, mostly with small numbers.
        case .all(let trees, _): for tree in trees { tree.sample(using: &generator, into: &decisions) }
        case .one: decide(BigInt(BigUInt.randomInteger(lessThan: count.magnitude, using: &generator)), into: &decisions)
        }
    }

    /// The number of decisions, counted from `start`, that belong to this tree.
    func length(in decisions: [UInt16], from start: Int) -> Int {
        switch self {
        case .all(let trees, _): trees.reduce(0) { $0 + $1.length(in: decisions, from: start + $0) }
        case .one(let trees, _, _): 1 + trees[Int(decisions[start])].length(in: decisions, from: start + 1)
        }
    }
}

/// The decisions of one cell or of the network outside cells, statement by statement.
struct DecisionSection: Sendable {
    var name: String
    var groups: [DecisionTree]

    var tree: DecisionTree { .all(groups) }
}
