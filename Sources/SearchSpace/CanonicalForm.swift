/// Builds the canonical form of a cell or network.
///
/// Any operation on zero gives zero. Identities vanish. A sum is a multiset. Layers without parameters are equal by value. Every other
/// layer is a separate instance.
struct CanonicalForm {
    struct Node {
        var label: Int
        var inputs: [Int]
    }

    static let sum = -1
    static let concatenation = -2
    static let zero = -3
    /// The longest flattened sum. Repeated doubling of a value would make a sum exponentially long, so longer sums stay nested.
    static let mostAddends = 1_000
    /// The label of the first input. Input k has label −10 − k.
    static let firstInput = -10

    private(set) var nodes: [Node] = []
    /// The position of the next decision.
    private(set) var cursor: Int
    private let decisions: [UInt16]
    private let table: LabelTable
    private let environment: Number.Environment
    /// The outcome of each cell, if it is known.
    private let cells: [Int: Outcome]
    private var variables: [Int?] = []
    /// Whether a chosen alternative reads each variable, even without effect.
    private var isRead: [Bool] = []

    /// The effect of a cell: its output is zero, its input, or anything else.
    enum Outcome { case zero, identity, other }

    init(decisions: [UInt16], from start: Int, _ table: LabelTable, _ environment: Number.Environment, cells: [Int: Outcome] = [:]) {
        self.decisions = decisions
        self.table = table
        self.environment = environment
        self.cells = cells
        cursor = start
    }

    /// The output node of a cell; nil for zero.
    mutating func cell(_ statements: [FormTerm], inputs: Int) -> Int? {
        variables = (0..<inputs).map { input($0) }
        isRead = Array(repeating: false, count: inputs + statements.count)
        for statement in statements { variables.append(apply(statement, to: nil)) }
        return variables[variables.count - 1]
    }

    mutating func network(_ term: FormTerm) -> Int? { apply(term, to: input(0)) }

    private mutating func input(_ index: Int) -> Int {
        nodes.append(Node(label: Self.firstInput - index, inputs: []))
        return nodes.count - 1
    }

    private mutating func apply(_ term: FormTerm, to input: Int?) -> Int? {
        switch term {
        case .layer(let label): return input.map { share(Node(label: label, inputs: [$0]), table.isFunctionOfItsInput[label]) }
        case .identity: return input
        case .zero: return nil
        case .variable(let index):
            isRead[index] = true
            return variables[index]
        case .chain(let terms):
            var value = input
            for term in terms { value = apply(term, to: value) }
            return value
        case .sum(let terms):
            var addends: [Int] = []
            for term in terms {
                if let value = apply(term, to: input) { addends.append(value) }
            }
            func isSum(_ value: Int) -> Bool { nodes[value].label == Self.sum }
            // Flattens nested sums.
            if addends.contains(where: isSum), addends.reduce(0, { $0 + (isSum($1) ? nodes[$1].inputs.count : 1) }) <= Self.mostAddends {
                addends = addends.flatMap { isSum($0) ? nodes[$0].inputs : [$0] }
            }
            if addends.count < 2 { return addends.first }
            return share(Node(label: Self.sum, inputs: addends.sorted()), true)
        case .concatenation(let terms): return concatenated(terms.map { apply($0, to: input) })
        case .looseEnds(let candidates): return concatenated(candidates.filter { !isRead[$0] }.map { variables[$0] })
        case .choice(let options):
            let decision = Int(decisions[cursor])
            cursor += 1
            return apply(options[decision], to: input)
        case .repeated(let count, let body):
            var value = input
            for _ in 0..<((try? count.value(environment)) ?? 1) { value = apply(body, to: value) }
            return value
        case .cell(let index, let label):
            switch cells[index] ?? .other {
            case .zero: return nil
            case .identity: return input
            case .other: return input.map { share(Node(label: label, inputs: [$0]), false) }
            }
        }
    }

    private mutating func concatenated(_ parts: [Int?]) -> Int? {
        if parts.count == 1 { return parts[0] }
        if parts.allSatisfy({ $0 == nil }) { return nil }
        let inputs = parts.map { $0 ?? share(Node(label: Self.zero, inputs: []), true) }
        return share(Node(label: Self.concatenation, inputs: inputs), true)
    }

    private mutating func share(_ node: Node, _ isFunction: Bool) -> Int {
        if isFunction {
            // An equal node comes after its inputs.
            let first = (node.inputs.max() ?? -1) + 1
            if let known = nodes[first...].firstIndex(where: { $0.label == node.label && $0.inputs == node.inputs }) { return known }
        }
        nodes.append(node)
        return nodes.count - 1
    }

    /// Whether the output depends on each node.
    func live(from output: Int) -> [Bool] {
        var isLive = Array(repeating: false, count: nodes.count)
        isLive[output] = true
        for index in nodes.indices.reversed() where isLive[index] {
            for input in nodes[index].inputs { isLive[input] = true }
        }
        return isLive
    }
}
