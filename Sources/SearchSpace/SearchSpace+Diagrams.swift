extension SearchSpace {
    /// One diagram for each cell that the network uses, in the order of the file.
    public func diagrams(of architecture: Architecture) -> [Diagram] {
        let starts = starts(in: architecture.decisions)
        return term.usedCells.map { index in
            let reader = DecisionReader(architecture.decisions, from: starts.cells[index] ?? 0)
            return DiagramBuilder.diagram(of: term.cells[index], reader)
        }
    }

    /// A summary of the network, statement by statement.
    public func networkSteps(of architecture: Architecture) -> [NetworkStep] {
        var reader = DecisionReader(architecture.decisions, from: starts(in: architecture.decisions).network)
        return term.network.map { statement in
            var summary = OperationSummary()
            summary.add(statement.term, &reader, term.cells, environment)
            return NetworkStep(label: statement.label, text: summary.text, kind: summary.usesCell ? nil : summary.kind)
        }
    }
}

/// Converts the decided statements of a cell to nodes and edges.
private struct DiagramBuilder {
    private var diagram: Diagram
    private var reader: DecisionReader
    /// The node of each input and value.
    private var variables: [Int] = []
    private var isRead: [Bool]

    static func diagram(of cell: CellTerm, _ reader: DecisionReader) -> Diagram {
        var builder = DiagramBuilder(cell, reader)
        for name in cell.inputNames { builder.variables.append(builder.add(.input(name))) }
        for statement in cell.statements {
            let value = builder.add(.value(statement.name))
            builder.feed(statement.term, into: value)
            builder.variables.append(value)
        }
        let output = builder.add(.output)
        builder.feed(cell.result.term, into: output)
        return builder.diagram
    }

    private init(_ cell: CellTerm, _ reader: DecisionReader) {
        diagram = Diagram(name: cell.name)
        self.reader = reader
        isRead = Array(repeating: false, count: cell.inputs + cell.statements.count)
    }

    private mutating func add(_ node: Diagram.Node) -> Int {
        diagram.nodes.append(node)
        return diagram.nodes.count - 1
    }

    private mutating func connect(_ from: Int, _ to: Int) { diagram.edges.append(Diagram.Edge(from: from, to: to)) }

    /// Adds the nodes and edges of a term that flows into `target`. It visits choices in the order of the text.
    private mutating func feed(_ term: Term, into target: Int) {
        switch term {
        case .variable(let index):
            isRead[index] = true
            connect(variables[index], target)
        case .scope(_, let inner): feed(inner, into: target)
        case .choice(let options, _, _): feed(options[reader.next()], into: target)
        case .sum(let terms, _):
            let sum = addsItsInputs(target) ? target : add(.sum)
            for term in terms { feed(term, into: sum) }
            if sum != target { connect(sum, target) }
        case .concatenation(let terms, _):
            let node = add(.concatenation)
            for term in terms { feed(term, into: node) }
            connect(node, target)
        case .looseEnds(let candidates, _):
            let node = add(.concatenation)
            for candidate in candidates where !isRead[candidate] { connect(variables[candidate], node) }
            connect(node, target)
        case .chain(let links):
            let operation = add(.operation("", .other))
            feed(links[0], into: operation)
            var summary = OperationSummary()
            for link in links.dropFirst() { summary.add(link, &reader, [], Number.Environment(settings: [:], classes: 0)) }
            diagram.nodes[operation] = .operation(summary.text, summary.kind)
            connect(operation, target)
        // Values of a cell never have these forms.
        case .layer, .repeated, .cell: break
        }
    }

    private func addsItsInputs(_ node: Int) -> Bool {
        switch diagram.nodes[node] {
        case .value, .sum, .output: true
        case .input, .operation, .concatenation: false
        }
    }
}

/// A short summary of a function.
private struct OperationSummary {
    private var labels: [String] = []
    private var names: [String] = []
    private var layers: [LayerTemplate] = []
    private(set) var usesCell = false

    mutating func add(
        _ term: Term, _ reader: inout DecisionReader, _ cells: [CellTerm], _ environment: Number.Environment, isOuter: Bool = true
    ) {
        switch term {
        case .layer(let template):
            layers.append(template)
            if isOuter, let name = Self.name(of: template) { names.append(name) }
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _):
            for term in terms { add(term, &reader, cells, environment, isOuter: isOuter) }
        case .choice(let options, let optionLabels, _):
            let decision = reader.next()
            labels.append(optionLabels[decision])
            add(options[decision], &reader, cells, environment, isOuter: false)
        case .scope(let name, let inner):
            if isOuter { names.append(name) }
            add(inner, &reader, cells, environment, isOuter: false)
        case .repeated(let count, let body, _):
            let times = (try? count.value(environment)) ?? 1
            let before = names.count
            // Each repeat of an op makes its own choices.
            for round in 0..<(body.hasChoices ? times : 1) { add(body, &reader, cells, environment, isOuter: isOuter && round == 0) }
            if names.count > before, times > 1 { names[before] = "\(times) × \(names[before])" }
        case .cell(let index, _, _):
            usesCell = true
            names.append(cells[index].name)
        case .variable, .looseEnds: break
        }
    }

    /// The chosen alternatives or, without choices, the ops and layers.
    var text: String {
        if !labels.isEmpty { return labels.joined(separator: ":") }
        return names.isEmpty ? layers.map(\.primitive.name).joined(separator: ", ") : names.joined(separator: ", ")
    }

    /// The most prominent kind among the layers.
    var kind: Diagram.OperationKind {
        let kinds = Set(layers.map(\.picture))
        return Diagram.OperationKind.byProminence.first(where: kinds.contains) ?? .identity
    }

    /// The name of a layer; nil for norms and activations, which pictures omit.
    private static func name(of template: LayerTemplate) -> String? {
        template.primitive.isUnspoken ? nil : template.primitive.name + (template.window.map { " \($0)" } ?? "")
    }
}

extension LayerTemplate {
    /// The kind of operation in pictures. For convolutions, dilation takes precedence over groups.
    fileprivate var picture: Diagram.OperationKind {
        guard primitive.picture == .convolution else { return primitive.picture }
        return dilation != .literal(1) ? .dilated : groups != .literal(1) ? .separable : .convolution
    }
}
