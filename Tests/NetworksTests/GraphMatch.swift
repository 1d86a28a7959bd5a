import SearchSpace

/// Finds corresponding nodes of two graphs without canonical forms. It works backward from the outputs and tries the terms of sums in
/// every order.
struct GraphMatch {
    /// Values of one graph, and an equal number of values of the other that must match in some order.
    private typealias Goal = (left: [Int], right: [Int])

    private let a: LayerGraph
    private let b: LayerGraph
    private var places: [Int: Int] = [:]
    private var taken: Set<Int> = []

    /// Returns pairs of matching nodes except sums; nil if the graphs do not match.
    static func find(_ a: LayerGraph, _ b: LayerGraph) -> [Int: Int]? {
        var match = GraphMatch(a, b)
        return match.solve([match.goal(a.output, b.output)]) ? match.places : nil
    }

    private init(_ a: LayerGraph, _ b: LayerGraph) {
        self.a = a
        self.b = b
    }

    /// Returns the terms of a value, with nested sums flattened.
    private static func terms(_ index: Int, _ graph: LayerGraph) -> [Int] {
        let node = graph.nodes[index]
        return node.layer == .sum ? node.inputs.flatMap { terms($0, graph) } : [index]
    }

    private func goal(_ i: Int, _ j: Int) -> Goal { (Self.terms(i, a), Self.terms(j, b)) }

    private mutating func solve(_ goals: [Goal]) -> Bool {
        guard let goal = goals.first else { return true }
        guard goal.left.count == goal.right.count else { return false }
        guard let first = goal.left.first else { return solve(Array(goals.dropFirst())) }
        for place in goal.right.indices {
            let before = (places, taken)
            var rest = goal.right
            let other = rest.remove(at: place)
            if let inputs = pair(first, other), solve(inputs + [(Array(goal.left.dropFirst()), rest)] + goals.dropFirst()) { return true }
            (places, taken) = before
        }
        return false
    }

    /// Matches two nodes. Returns the pairs that must match as a consequence; nil if the nodes differ.
    private mutating func pair(_ i: Int, _ j: Int) -> [Goal]? {
        if let known = places[i] { return known == j ? [] : nil }
        let (left, right) = (a.nodes[i], b.nodes[j])
        guard !taken.contains(j), left.layer == right.layer, left.output == right.output, left.inputs.count == right.inputs.count else {
            return nil
        }
        places[i] = j
        taken.insert(j)
        return zip(left.inputs, right.inputs).map { goal($0, $1) }
    }
}
