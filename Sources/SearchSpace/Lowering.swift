/// Puts a space at an image and settings: writes the layers of one architecture, or checks those of all.
struct Lowering {
    /// More layers than any network of the literature; keeps repeats of repeats from running on.
    static let mostSteps = 40_000
    /// Multiply-accumulates of one layer; keeps sums of costs far from overflow.
    static let mostOperations = 10_000_000_000_000

    struct Problem: Error {
        var range: SourceRange
        var message: String
        var suggestion: String?
    }

    let space: SpaceTerm
    private let layerNamesMatter: Bool
    /// nil: all alternatives are checked, and the first taken.
    private let decisions: [UInt16]?
    private let cellStarts: [Int: Int]
    private var cursor = 0
    private var environment: Number.Environment
    private var nodes: [LayerGraph.Node] = []
    private var path: [String] = []
    private var usedNames: [String: Int] = [:]
    private var taken: Set<String> = []
    private var variables: [Int] = []
    private var previousCellInput: Int?
    private var steps = 0

    private init(_ space: SpaceTerm, _ image: FeatureShape, _ classes: Int, _ settings: [Setting], _ decisions: [UInt16]?, _ cellStarts: [Int: Int], _ start: Int) {
        self.space = space
        self.decisions = decisions
        self.cellStarts = cellStarts
        layerNamesMatter = decisions != nil
        cursor = start
        environment = Number.Environment(settings: [:], classes: classes)
        for setting in settings { environment.settings[setting.name] = setting.value }
        nodes = [LayerGraph.Node(.input, inputs: [], output: image, name: "image")]
        taken = ["image"]
    }

    /// Throws the first thing that does not fit, in any architecture.
    static func check(_ space: SpaceTerm, image: FeatureShape, classes: Int, settings: [Setting]) throws(Problem) {
        var lowering = Lowering(space, image, classes, settings, nil, [:], 0)
        let output = try lowering.network()
        let shape = lowering.nodes[output].output
        guard shape == FeatureShape(classes, 1, 1) else {
            throw Problem(
                range: space.networkRange, message: "the network gives \(shape), not one number for each of \(classes) classes",
                suggestion: "end it with `global-avg-pool > linear classes`")
        }
    }

    static func graph(
        _ space: SpaceTerm, image: FeatureShape, classes: Int, settings: [Setting], decisions: [UInt16], cellStarts: [Int: Int], networkStart: Int
    ) throws(Problem) -> LayerGraph {
        var lowering = Lowering(space, image, classes, settings, decisions, cellStarts, networkStart)
        let output = try lowering.network()
        return LayerGraph(nodes: lowering.nodes, output: output)
    }

    // MARK: Walking

    private mutating func network() throws(Problem) -> Int {
        var value = 0
        for statement in space.network {
            if let label = statement.label { path.append(unique(label, numbered: false)) }
            value = try apply(statement.term, to: value)
            if statement.label != nil { path.removeLast() }
        }
        return value
    }

    private mutating func apply(_ term: Term, to input: Int, numbered: Bool = false) throws(Problem) -> Int {
        steps += 1
        guard steps <= Self.mostSteps else { throw Problem(range: space.networkRange, message: "the network has more than \(Self.mostSteps) layers", suggestion: "repeat less") }
        switch term {
        case .layer(let template): return try layer(template, input)
        case .chain(let links):
            var value = input
            for link in links { value = try apply(link, to: value) }
            return value
        case .variable(let index): return variables[index]
        case .scope(let name, let inner):
            path.append(unique(name, numbered: numbered))
            defer { path.removeLast() }
            return try apply(inner, to: input)
        case .sum(let terms, let range): return try join(terms, input, range, concatenate: false)
        case .concatenation(let terms, let range): return try join(terms, input, range, concatenate: true)
        case .choice(let options, let labels, let range):
            guard let decisions else { return try checkAll(options, labels, input, range) }
            let decision = Int(decisions[cursor])
            cursor += 1
            return try apply(options[decision], to: input)
        case .repeated(let count, let body, let range):
            let times = try number(count, range, "a repeat", 1...1000)
            var value = input
            for _ in 0..<times { value = try apply(body, to: value, numbered: true) }
            return value
        case .cell(let index, let parameters, let range): return try cell(index, parameters, range, input, numbered: numbered)
        }
    }

    private mutating func cell(_ index: Int, _ parameters: [Number], _ range: SourceRange, _ input: Int, numbered: Bool) throws(Problem) -> Int {
        let cell = space.cells[index]
        var values: [Int] = []
        for parameter in parameters { values.append(try number(parameter, range, "a cell's parameter", 1...Lexer.largestNumber)) }
        let outer = (environment.parameters, variables, cursor)
        environment.parameters = values
        // A cell of several inputs takes what the cells before it took, the nearest last.
        let earlier = previousCellInput ?? input
        variables = Array(repeating: earlier, count: cell.inputs - 1) + [input]
        previousCellInput = input
        cursor = cellStarts[index] ?? 0
        path.append(unique(cell.name, numbered: numbered))
        for statement in cell.statements { variables.append(try self.statement(statement)) }
        let result = try self.statement(cell.result)
        path.removeLast()
        (environment.parameters, variables, cursor) = outer
        return result
    }

    private mutating func statement(_ statement: CellTerm.Statement) throws(Problem) -> Int {
        path.append(unique(statement.name, numbered: false))
        defer { path.removeLast() }
        return try apply(statement.term, to: 0)
    }

    private mutating func checkAll(_ options: [Term], _ labels: [String], _ input: Int, _ range: SourceRange) throws(Problem) -> Int {
        let first = try apply(options[0], to: input)
        for (option, label) in zip(options, labels).dropFirst() {
            let value = try apply(option, to: input)
            guard nodes[value].output == nodes[first].output else {
                throw Problem(
                    range: range, message: "the alternatives differ in shape: `\(labels[0])` gives \(nodes[first].output), `\(label)` gives \(nodes[value].output)",
                    suggestion: "give each the same stride and the same `->` channels")
            }
        }
        return first
    }

    private mutating func join(_ terms: [Term], _ input: Int, _ range: SourceRange, concatenate: Bool) throws(Problem) -> Int {
        var inputs: [Int] = []
        for term in terms { inputs.append(try apply(term, to: input)) }
        let shapes = inputs.map { nodes[$0].output }
        if concatenate {
            guard shapes.allSatisfy({ $0.height == shapes[0].height && $0.width == shapes[0].width }) else {
                throw Problem(range: range, message: "cannot concatenate \(shapes.map(\.description).joined(separator: " and "))", suggestion: "height and width must be the same")
            }
            let shape = FeatureShape(shapes.reduce(0) { $0 + $1.channels }, shapes[0].height, shapes[0].width)
            return try append(.concatenation, inputs, shape, "concat", range)
        }
        guard shapes.allSatisfy({ $0 == shapes[0] }) else {
            throw Problem(
                range: range, message: "cannot add \(shapes.map(\.description).joined(separator: " + "))",
                suggestion: "the terms of a sum must have the same shape: give each the same stride and the same `->` channels")
        }
        return try append(.sum, inputs, shapes[0], "sum", range)
    }

    // MARK: Layers

    private mutating func layer(_ template: LayerTemplate, _ input: Int) throws(Problem) -> Int {
        let shape = nodes[input].output
        environment.inputChannels = shape.channels
        let range = template.range
        let stride = try number(template.stride, range, "a stride", 1...64)
        let outputs = try template.outputs.map { (outputs) throws(Problem) in try number(outputs, range, "the number of outputs", 1...65_536) } ?? shape.channels
        let window = template.window ?? Window(1, 1)
        let dilation = try number(template.dilation, range, "a dilation", 1...64)
        let padding = Window(dilation * (window.height - 1) / 2, dilation * (window.width - 1) / 2)
        let height = (shape.height + 2 * padding.height - dilation * (window.height - 1) - 1) / stride + 1
        let width = (shape.width + 2 * padding.width - dilation * (window.width - 1) - 1) / stride + 1
        let name = template.primitive.name
        switch template.primitive {
        case .convolution:
            let groups = try number(template.groups, range, "the number of groups", 1...65_536)
            guard shape.channels.isMultiple(of: groups), outputs.isMultiple(of: groups) else {
                throw Problem(range: range, message: "\(shape.channels) inputs and \(outputs) outputs cannot be split into \(groups) groups", suggestion: nil)
            }
            let output = try fitting(FeatureShape(outputs, height, width), template, shape)
            return try append(
                .convolution(inputs: shape.channels, outputs: outputs, kernel: window, stride: stride, padding: padding, dilation: dilation, groups: groups),
                [input], output, name, range)
        case .averagePool: return try append(.averagePool(kernel: window, stride: stride, padding: padding), [input], try fitting(FeatureShape(shape.channels, height, width), template, shape), name, range)
        case .maxPool: return try append(.maxPool(kernel: window, stride: stride, padding: padding), [input], try fitting(FeatureShape(shape.channels, height, width), template, shape), name, range)
        case .zero: return try append(.zero, [input], FeatureShape(outputs, height, width), name, range)
        case .norm: return try append(.norm(channels: shape.channels), [input], shape, name, range)
        case .identity: return try append(.identity, [input], shape, name, range)
        case .activation(let activation): return try append(.activation(activation), [input], shape, name, range)
        case .dropout: return try append(.dropout(probability: template.probability), [input], shape, name, range)
        case .globalAveragePool: return try append(.globalAveragePool, [input], FeatureShape(shape.channels, 1, 1), name, range)
        case .linear:
            guard shape.height == 1, shape.width == 1 else {
                throw Problem(range: range, message: "`linear` takes a vector, not \(shape)", suggestion: "put `global-avg-pool` before it")
            }
            return try append(.linear(inputs: shape.channels, outputs: outputs), [input], FeatureShape(outputs, 1, 1), name, range)
        }
    }

    private func fitting(_ output: FeatureShape, _ template: LayerTemplate, _ input: FeatureShape) throws(Problem) -> FeatureShape {
        guard output.height >= 1, output.width >= 1 else {
            throw Problem(range: template.range, message: "the window of `\(template.canonicalText)` is larger than its input of \(input)", suggestion: nil)
        }
        return output
    }

    private mutating func append(_ layer: Layer, _ inputs: [Int], _ output: FeatureShape, _ name: String, _ range: SourceRange) throws(Problem) -> Int {
        guard output.elements <= 1 << 30 else { throw Problem(range: range, message: "an output of \(output) is too large", suggestion: nil) }
        let full = (path + [unique(name, numbered: false)]).joined(separator: "/")
        let node = LayerGraph.Node(layer, inputs: inputs, output: output, name: full)
        guard node.cost.macs <= Self.mostOperations else { throw Problem(range: range, message: "the layer takes more than \(Self.mostOperations) multiply-accumulates", suggestion: nil) }
        nodes.append(node)
        return nodes.count - 1
    }

    private func number(_ number: Number, _ range: SourceRange, _ what: String, _ bounds: ClosedRange<Int>) throws(Problem) -> Int {
        let text = number.canonicalText
        let value: Int
        do {
            value = try number.value(environment)
        } catch {
            switch error {
            case .negative(let value): throw Problem(range: range, message: "`\(text)` is \(value), below zero", suggestion: nil)
            case .tooLarge: throw Problem(range: range, message: "`\(text)` is larger than \(Lexer.largestNumber)", suggestion: nil)
            case .inexact(let left, let right): throw Problem(range: range, message: "`\(text)`: \(left) cannot be divided by \(right) without remainder", suggestion: nil)
            }
        }
        guard bounds.contains(value) else {
            throw Problem(range: range, message: "\(what) is \(bounds.lowerBound) to \(bounds.upperBound), not \(value)", suggestion: nil)
        }
        return value
    }

    /// `name`, or with a number after it when the same path has been given out: `conv`, `conv2`; in repeats from 1: `body1`, `body2`.
    private mutating func unique(_ name: String, numbered: Bool) -> String {
        guard layerNamesMatter else { return name }
        let prefix = path.joined(separator: "/")
        while true {
            let count = usedNames["\(prefix)/\(name)", default: 0] + 1
            usedNames["\(prefix)/\(name)"] = count
            let candidate = count == 1 && !numbered ? name : "\(name)\(count)"
            if taken.insert(prefix.isEmpty ? candidate : "\(prefix)/\(candidate)").inserted { return candidate }
        }
    }
}
