/// Builds the layer graph of one architecture, at an image and settings that passed `ShapeCheck`.
struct Lowering {
    /// The most layers of a network, far more than published ones have. It stops nested repeats.
    static let mostSteps = 40_000

    static func tooLarge(_ space: SpaceTerm) -> SpaceProblem {
        SpaceProblem(range: space.networkRange, message: "the network has more than \(mostSteps) layers", suggestion: "use fewer repeats")
    }

    private let space: SpaceTerm
    private let decisions: [UInt16]
    private let cellStarts: [Int: Int]
    /// Whether layers get names. Names are half of the work, and costs do not need them.
    private let isNamed: Bool
    private var cursor: Int
    private var environment: Number.Environment
    private var nodes: [LayerGraph.Node]
    private var path: [String] = []
    private var usedNames: [String: Int] = [:]
    private var taken: Set<String> = ["image"]
    private var variables: [Int] = []
    /// Which values of the cell a chosen alternative has read.
    private var isRead: [Bool] = []
    private var previousCellInput: Int?
    private var steps = 0

    static func graph(
        _ space: SpaceTerm, image: FeatureShape, classes: Int, settings: [Setting], decisions: [UInt16], cellStarts: [Int: Int],
        networkStart: Int, isNamed: Bool
    ) throws(SpaceProblem) -> LayerGraph {
        var environment = Number.Environment(settings: [:], classes: classes)
        for setting in settings { environment.settings[setting.name] = setting.value }
        var lowering = Lowering(
            space: space, decisions: decisions, cellStarts: cellStarts, isNamed: isNamed, cursor: networkStart, environment: environment,
            nodes: [LayerGraph.Node(.input, inputs: [], output: image, name: "image")])
        let output = try lowering.network()
        return LayerGraph(nodes: lowering.nodes, output: output)
    }

    private init(
        space: SpaceTerm, decisions: [UInt16], cellStarts: [Int: Int], isNamed: Bool, cursor: Int, environment: Number.Environment,
        nodes: [LayerGraph.Node]
    ) {
        self.space = space
        self.decisions = decisions
        self.cellStarts = cellStarts
        self.isNamed = isNamed
        self.cursor = cursor
        self.environment = environment
        self.nodes = nodes
    }

    private mutating func network() throws(SpaceProblem) -> Int {
        var value = 0
        for statement in space.network {
            if let label = statement.label { path.append(unique(label, numbered: false)) }
            value = try apply(statement.term, to: value)
            if statement.label != nil { path.removeLast() }
        }
        return value
    }

    private mutating func apply(_ term: Term, to input: Int, numbered: Bool = false) throws(SpaceProblem) -> Int {
        steps += 1
        guard steps <= Self.mostSteps else { throw Self.tooLarge(space) }
        switch term {
        case .layer(let template): return try layer(template, input)
        case .chain(let links):
            var value = input
            for link in links { value = try apply(link, to: value) }
            return value
        case .variable(let index):
            isRead[index] = true
            return variables[index]
        case .scope(let name, let inner):
            path.append(unique(name, numbered: numbered))
            defer { path.removeLast() }
            return try apply(inner, to: input)
        case .sum(let terms, _):
            let addends = try values(terms, input)
            return append(.sum, addends, nodes[addends[0]].output, "sum")
        case .concatenation(let terms, _): return concatenated(try values(terms, input))
        case .looseEnds(let candidates, _): return concatenated(candidates.filter { !isRead[$0] }.map { variables[$0] })
        case .choice(let options, _, _):
            let decision = Int(decisions[cursor])
            cursor += 1
            return try apply(options[decision], to: input)
        case .repeated(let count, let body, let range):
            var value = input
            for _ in 0..<(try environment.value(of: count, "a repeat", 1...1000, at: range)) {
                value = try apply(body, to: value, numbered: true)
            }
            return value
        case .cell(let index, let parameters, let range): return try cell(index, parameters, range, input, numbered: numbered)
        }
    }

    private mutating func values(_ terms: [Term], _ input: Int) throws(SpaceProblem) -> [Int] {
        var values: [Int] = []
        for term in terms { values.append(try apply(term, to: input)) }
        return values
    }

    private mutating func concatenated(_ parts: [Int]) -> Int {
        if parts.count == 1 { return parts[0] }
        let first = nodes[parts[0]].output
        return append(
            .concatenation, parts, FeatureShape(parts.reduce(0) { $0 + nodes[$1].output.channels }, first.height, first.width), "concat")
    }

    private mutating func cell(_ index: Int, _ parameters: [Number], _ range: SourceRange, _ input: Int, numbered: Bool)
        throws(SpaceProblem) -> Int
    {
        let cell = space.cells[index]
        let outer = (environment, variables, isRead, cursor)
        defer { (environment, variables, isRead, cursor) = outer }
        environment.parameters = try environment.values(of: parameters, at: range)
        environment.target = nodes[input].output
        // A cell's last input is the value before it. Its other inputs are the input of the previous cell.
        variables = Array(repeating: previousCellInput ?? input, count: cell.inputs - 1) + [input]
        isRead = Array(repeating: false, count: cell.inputs + cell.statements.count)
        previousCellInput = input
        cursor = cellStarts[index] ?? 0
        path.append(unique(cell.name, numbered: numbered))
        defer { path.removeLast() }
        for statement in cell.statements { variables.append(try self.statement(statement)) }
        return try self.statement(cell.result)
    }

    private mutating func statement(_ statement: CellTerm.Statement) throws(SpaceProblem) -> Int {
        path.append(unique(statement.name, numbered: false))
        defer { path.removeLast() }
        return try apply(statement.term, to: 0)
    }

    // MARK: Layers

    private mutating func layer(_ template: LayerTemplate, _ input: Int) throws(SpaceProblem) -> Int {
        let parts = try template.placed(at: nodes[input].output, environment)
        if parts.count == 1 { return append(parts[0].layer, [input], parts[0].output, parts[0].name) }
        path.append(unique(template.primitive.name, numbered: false))
        defer { path.removeLast() }
        var value = input
        for part in parts { value = append(part.layer, part.readsInputToo ? [input, value] : [value], part.output, part.name) }
        return value
    }

    private mutating func append(_ layer: Layer, _ inputs: [Int], _ output: FeatureShape, _ name: String) -> Int {
        let full = isNamed ? (path + [unique(name, numbered: false)]).joined(separator: "/") : ""
        nodes.append(LayerGraph.Node(layer, inputs: inputs, output: output, name: full))
        return nodes.count - 1
    }

    /// The name, with a number if the path is already in use: `conv`, `conv2`. In repeats, numbers start at 1: `body1`, `body2`.
    private mutating func unique(_ name: String, numbered: Bool) -> String {
        guard isNamed else { return "" }
        let prefix = path.joined(separator: "/")
        while true {
            let count = usedNames["\(prefix)/\(name)", default: 0] + 1
            usedNames["\(prefix)/\(name)"] = count
            let candidate = count == 1 && !numbered ? name : "\(name)\(count)"
            if taken.insert(prefix.isEmpty ? candidate : "\(prefix)/\(candidate)").inserted { return candidate }
        }
    }
}
