/// Checks that the image can reach the output: the logits of some architecture depend on it.
struct ReachCheck {
    private let space: SpaceTerm
    private var variables: [Bool] = []

    /// Throws if every path from the image to the output contains a `zero`.
    static func check(_ space: SpaceTerm) throws(SpaceProblem) {
        var check = ReachCheck(space: space)
        guard space.network.allSatisfy({ check.passes($0.term) }) else {
            throw SpaceProblem(
                range: space.networkRange, message: "the output never depends on the image: every path to it contains a `zero`",
                suggestion: "remove the `zero`, or make it one of several alternatives")
        }
    }

    private init(space: SpaceTerm) {
        self.space = space
    }

    /// Whether the output of a term can depend on its input.
    private mutating func passes(_ term: Term) -> Bool {
        switch term {
        case .layer(let template): return template.primitive.meaning != .zero
        case .variable(let index): return variables[index]
        case .scope(_, let inner), .repeated(_, let inner, _): return passes(inner)
        case .chain(let terms): return terms.allSatisfy { passes($0) }
        case .sum(let terms, _), .concatenation(let terms, _), .choice(let terms, _, _): return terms.contains { passes($0) }
        case .looseEnds(let candidates, _): return candidates.contains { variables[$0] }
        case .cell(let index, _, _):
            let cell = space.cells[index]
            variables = Array(repeating: true, count: cell.inputs)
            for statement in cell.statements { variables.append(passes(statement.term)) }
            return passes(cell.result.term)
        }
    }
}
