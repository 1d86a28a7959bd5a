/// The notation of a benchmark for the architectures of a space. The space uses the benchmark's labels.
struct ForeignNotation: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case nasBench201 = "nas-bench-201"
        case darts
        case nasBenchMacro = "nas-bench-macro"
        case naap440 = "naap-440"

        var title: String {
            switch self {
            case .nasBench201: "NAS-Bench-201"
            case .darts: "DARTS"
            case .nasBenchMacro: "NAS-Bench-Macro"
            case .naap440: "NAAP-440"
            }
        }
    }

    /// The reason why a space has no such notation.
    struct Mismatch: Error {
        let problem: String
        let remedy: String
    }

    private enum Form: Sendable {
        case edges(EdgeNotation)
        case genotype(GenotypeNotation)
        case digits(DigitNotation)
        case layers(LayerNotation)
    }

    private let form: Form

    init(_ kind: Kind, _ cells: [CellTerm], _ network: [Term]) throws(Mismatch) {
        form =
            switch kind {
            case .nasBench201: .edges(try EdgeNotation(cells, network))
            case .darts: .genotype(try GenotypeNotation(cells, network))
            case .nasBenchMacro: .digits(try DigitNotation(cells, network))
            case .naap440: .layers(try LayerNotation(cells, network))
            }
    }

    /// Whether a text appears to be in this notation, correct or not.
    func claims(_ text: String) -> Bool {
        switch form {
        case .edges: text.hasPrefix("|")
        case .genotype: text.hasPrefix("Genotype")
        case .digits: !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber }
        case .layers: text.contains(" ")
        }
    }

    func text(of decisions: [UInt16]) -> String {
        switch form {
        case .edges(let notation): notation.text(of: decisions)
        case .genotype(let notation): notation.text(of: decisions)
        case .digits: decisions.map { "\($0)" }.joined()
        case .layers(let notation): notation.text(of: decisions)
        }
    }

    func decisions(_ text: String, space: String) throws -> [UInt16] {
        var reader = NotationReader(text, space: space)
        switch form {
        case .edges(let notation): try notation.read(&reader)
        case .genotype(let notation): try notation.read(&reader)
        case .digits(let notation): try notation.read(&reader)
        case .layers(let notation): try notation.read(&reader)
        }
        try reader.expectEnd()
        return reader.decisions
    }
}

/// The notation of NAS-Bench-201: for each value of the cell, the operation on each earlier value, as in
/// `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|…|`.
struct EdgeNotation: Sendable {
    /// The labels of the choice on each edge, value by value. Value i has i + 1 edges.
    let edges: [[[String]]]

    init(_ cells: [CellTerm], _ network: [Term]) throws(ForeignNotation.Mismatch) {
        guard let edges = cells.count == 1 ? Self.edges(of: cells[0]) : nil, !network.contains(where: \.hasChoices) else {
            throw ForeignNotation.Mismatch(
                problem: "it is not one cell with one choice on each edge and no other choices",
                remedy: "write every value as the sum of one choice for each earlier value, in order: b = any(x) + any(a)")
        }
        self.edges = edges
    }

    private static func edges(of cell: CellTerm) -> [[[String]]]? {
        guard cell.inputs == 1, case .variable(cell.statements.count) = cell.result.term else { return nil }
        var edges: [[[String]]] = []
        for (index, statement) in cell.statements.enumerated() {
            let terms = if case .sum(let terms, _) = statement.term { terms } else { [statement.term] }
            guard terms.count == index + 1 else { return nil }
            var labels: [[String]] = []
            for (source, term) in terms.enumerated() {
                guard let edge = Edge(term), edge.source == source else { return nil }
                labels.append(edge.labels)
            }
            edges.append(labels)
        }
        return edges
    }

    func text(of decisions: [UInt16]) -> String {
        var position = 0
        return edges.map { sources in
            let tokens = sources.enumerated().map { source, labels in
                defer { position += 1 }
                return "\(labels[Int(decisions[position])])~\(source)"
            }
            return "|\(tokens.joined(separator: "|"))|"
        }.joined(separator: "+")
    }

    func read(_ reader: inout NotationReader) throws {
        for (index, sources) in edges.enumerated() {
            if index > 0 { try reader.expect("+") }
            try reader.expect("|")
            for (source, labels) in sources.enumerated() {
                reader.append(try reader.word(of: labels, endingAt: "~|+"))
                try reader.expect("~\(source)|")
            }
        }
    }
}

/// A choice of an operation on an earlier value: `any(a)`.
struct Edge {
    let source: Int
    let labels: [String]

    init?(_ term: Term) {
        guard case .scope(_, .chain(let links)) = term, links.count == 2, case .variable(let source) = links[0],
            case .choice(let options, let labels, _) = links[1], !options.contains(where: \.hasChoices)
        else { return nil }
        self.source = source
        self.labels = labels
    }
}

/// The notation of DARTS: for each value of the normal and the reduction cell, two operations with the numbers of their inputs:
/// `Genotype(normal=[('sep_conv_3x3', 0), ('skip_connect', 1), …], normal_concat=range(2, 6), reduce=[…], reduce_concat=range(2, 6))`.
struct GenotypeNotation: Sendable {
    private struct Node: Sendable {
        /// The labels of the operations on each earlier value.
        var operations: [[String]]
        /// The pairs of earlier values, in the order of the space's decisions.
        var pairs: [[Int]]
    }

    private static let cellNames = ["normal", "reduce"]

    private let cells: [[Node]]

    init(_ terms: [CellTerm], _ network: [Term]) throws(ForeignNotation.Mismatch) {
        let cells = terms.compactMap(Self.nodes)
        guard cells.count == 2, terms.count == 2, !network.contains(where: \.hasChoices) else {
            throw ForeignNotation.Mismatch(
                problem: "it is not two cells whose values each choose two edges, without other choices",
                remedy:
                    """
                    there, the normal cell comes first, then the reduction cell, and each value is written as b = choose 2 of any(x) | \
                    any(y) | any(a)
                    """
            )
        }
        self.cells = cells
    }

    private static func nodes(of cell: CellTerm) -> [Node]? {
        // Values without a choice only adapt the shapes of the inputs.
        var numbers: [Int: Int] = [:]
        var nodes: [Node] = []
        for (index, statement) in cell.statements.enumerated() where statement.term.hasChoices {
            guard case .choice(let subsets, _, _) = statement.term else { return nil }
            var node = Node(operations: [], pairs: [])
            for subset in subsets {
                guard case .sum(let terms, _) = subset, terms.count == 2 else { return nil }
                var pair: [Int] = []
                for term in terms {
                    guard let edge = Edge(term) else { return nil }
                    // The first value with a choice reads the two inputs.
                    if nodes.isEmpty, numbers[edge.source] == nil { numbers[edge.source] = numbers.count }
                    guard let number = numbers[edge.source] else { return nil }
                    if number == node.operations.count { node.operations.append(edge.labels) }
                    pair.append(number)
                }
                node.pairs.append(pair)
            }
            let all = (0..<node.operations.count).flatMap { a in (a + 1..<node.operations.count).map { [a, $0] } }
            // All edges of a value offer operations with the same names in the same order.
            guard node.operations.count == nodes.count + 2, node.pairs == all, Set(node.operations).count == 1 else { return nil }
            numbers[cell.inputs + index] = nodes.count + 2
            nodes.append(node)
        }
        return nodes.isEmpty || cell.result.term.hasChoices ? nil : nodes
    }

    func text(of decisions: [UInt16]) -> String {
        var position = 0
        let parts = zip(Self.cellNames, cells).map { name, nodes in
            let edges = nodes.flatMap { node in
                let pair = node.pairs[Int(decisions[position])]
                position += 1
                return pair.map { source in
                    defer { position += 1 }
                    return "('\(node.operations[source][Int(decisions[position])])', \(source))"
                }
            }
            return "\(name)=[\(edges.joined(separator: ", "))], \(name)_concat=range(2, \(nodes.count + 2))"
        }
        return "Genotype(\(parts.joined(separator: ", ")))"
    }

    func read(_ reader: inout NotationReader) throws {
        try reader.expect("Genotype")
        try reader.expect("(")
        for (index, (name, nodes)) in zip(Self.cellNames, cells).enumerated() {
            if index > 0 { try reader.expectSpaced(",") }
            try reader.expectSpaced("\(name)")
            try reader.expectSpaced("=")
            try reader.expectSpaced("[")
            for (place, node) in nodes.enumerated() {
                if place > 0 { try reader.expectSpaced(",") }
                try read(node, &reader)
            }
            try reader.expectSpaced("]")
            try reader.expectSpaced(",")
            try reader.expectSpaced("\(name)_concat")
            try reader.expectSpaced("=")
            try readConcatenation(nodes.count, &reader)
        }
        try reader.expectSpaced(")")
        reader.skipBlanks()
    }

    /// The two edges of a value, in either order.
    private func read(_ node: Node, _ reader: inout NotationReader) throws {
        var edges: [(source: Int, operation: Int)] = []
        for place in 0..<2 {
            if place > 0 { try reader.expectSpaced(",") }
            try reader.expectSpaced("(")
            try reader.expectSpaced("'")
            let operation = try reader.word(of: node.operations[0], endingAt: "'")
            try reader.expectSpaced("'")
            try reader.expectSpaced(",")
            reader.skipBlanks()
            let sources = node.operations.indices.filter { source in !edges.contains { $0.source == source } }
            let source = sources[try reader.word(of: sources.map(String.init), endingAt: " )")]
            try reader.expectSpaced(")")
            edges.append((source, operation))
        }
        edges.sort { $0.source < $1.source }
        reader.append(node.pairs.firstIndex(of: edges.map(\.source))!)
        for edge in edges { reader.append(edge.operation) }
    }

    /// All values of the cell, as `range(2, 6)` or `[2, 3, 4, 5]`.
    private func readConcatenation(_ nodes: Int, _ reader: inout NotationReader) throws {
        reader.skipBlanks()
        if reader.take("[") {
            for number in 2..<nodes + 2 {
                if number > 2 { try reader.expectSpaced(",") }
                try reader.expectSpaced("\(number)")
            }
            try reader.expectSpaced("]")
        } else {
            for part in ["range", "(", "2", ",", "\(nodes + 2)", ")"] { try reader.expectSpaced(part) }
        }
    }
}

/// The notation of NAS-Bench-Macro: for each layer, the number of its alternative, as in `01220110`.
struct DigitNotation: Sendable {
    private let alternatives: [Int]

    init(_ cells: [CellTerm], _ network: [Term]) throws(ForeignNotation.Mismatch) {
        guard let choices = PlainChoices(cells, network)?.labels, choices.allSatisfy({ $0.count <= 10 }) else {
            throw ForeignNotation.Mismatch(
                problem: "it is not a sequence of choices with at most ten alternatives each",
                remedy: "make each layer of the network one choice, without choices inside")
        }
        alternatives = choices.map(\.count)
    }

    func read(_ reader: inout NotationReader) throws {
        for count in alternatives { reader.append(try reader.character(of: (0..<count).map(String.init))) }
    }
}

/// The notation of NAAP-440: the layers in order, as in `c3w12s2 c3w24s2 c1w24s1r`: kernel, width, stride, and `r` for a layer to whose
/// output its input is added.
///
/// A label of the space is a layer, after an optional prefix that ends with a hyphen; `none` for no layer; or a layer without a width, such
/// as `c1s1r`, for one as wide as the layer before it.
struct LayerNotation: Sendable {
    private static let absent = "none"

    /// The labels of each layer, without prefixes.
    private let layers: [[String]]

    init(_ cells: [CellTerm], _ network: [Term]) throws(ForeignNotation.Mismatch) {
        guard let choices = PlainChoices(cells, network)?.labels else {
            throw ForeignNotation.Mismatch(
                problem: "it is not a sequence of choices",
                remedy: "make each layer of the network one choice, without choices inside, with labels such as c3w12s2")
        }
        layers = choices.map { $0.map { String($0[($0.lastIndex(of: "-").map($0.index(after:)) ?? $0.startIndex)...]) } }
        for (layer, labels) in layers.enumerated() {
            for label in labels {
                // A layer as wide as the one before it is residual, so that its text cannot be that of another layer.
                let isLayer = Self.parts(of: label).map { $0.width.isEmpty == $0.rest.hasSuffix("r") && (layer > 0 || !$0.width.isEmpty) }
                guard isLayer ?? (label == Self.absent && layer == layers.count - 1) else {
                    throw ForeignNotation.Mismatch(
                        problem: "the label `\(label)` names no layer at this place",
                        remedy: "write it as in c3w12s2; c1s1r for a residual layer after the first; or none for an absent last layer")
                }
            }
        }
    }

    /// The kernel, the width and the rest of a layer; the width is empty for a layer as wide as the one before it.
    private static func parts(of label: String) -> (kernel: Substring, width: Substring, rest: Substring)? {
        func number(_ text: Substring, after letter: Character) -> (digits: Substring, rest: Substring)? {
            guard text.first == letter, case let digits = text.dropFirst().prefix(while: \.isNumber), !digits.isEmpty else { return nil }
            return (digits, text.dropFirst(1 + digits.count))
        }
        guard let kernel = number(label[...], after: "c") else { return nil }
        let width = number(kernel.rest, after: "w")
        guard let stride = number((width ?? kernel).rest, after: "s"), ["", "r"].contains(stride.rest) else { return nil }
        return (kernel.digits, width?.digits ?? "", (width ?? kernel).rest)
    }

    /// The texts of a layer's labels after a layer of some width; nil for an absent layer.
    private func texts(_ layer: Int, after width: Substring) -> [String?] {
        layers[layer].map { label in
            Self.parts(of: label).map { "c\($0.kernel)w\($0.width.isEmpty ? width : $0.width)\($0.rest)" }
        }
    }

    func text(of decisions: [UInt16]) -> String {
        var (written, width) = ([String](), Substring())
        for (layer, decision) in decisions.enumerated() {
            guard let text = texts(layer, after: width)[Int(decision)] else { continue }
            written.append(text)
            width = Self.parts(of: text)!.width
        }
        return written.joined(separator: " ")
    }

    func read(_ reader: inout NotationReader) throws {
        var width = Substring()
        for layer in layers.indices {
            let texts = texts(layer, after: width)
            reader.skipBlanks()
            if reader.isAtEnd, let absent = texts.firstIndex(of: nil) {
                reader.append(absent)
                continue
            }
            let known = texts.compactMap { $0 }
            let text = known[try reader.word(of: known, endingAt: " ")]
            reader.append(texts.firstIndex(of: text)!)
            width = Self.parts(of: text)!.width
        }
        reader.skipBlanks()
    }
}

/// The choices of a network without cells, in which no choice contains or repeats another.
private struct PlainChoices {
    /// The labels of each choice, in order.
    private(set) var labels: [[String]] = []

    /// - Returns: nil for a space of another form, or without choices.
    init?(_ cells: [CellTerm], _ network: [Term]) {
        guard cells.isEmpty else { return nil }
        for term in network where !collect(term) { return nil }
        if labels.isEmpty { return nil }
    }

    private mutating func collect(_ term: Term) -> Bool {
        switch term {
        case .choice(let options, let labels, _):
            self.labels.append(labels)
            return !options.contains(where: \.hasChoices)
        case .chain(let terms):
            for term in terms where !collect(term) { return false }
            return true
        case .scope(_, let inner): return collect(inner)
        default: return !term.hasChoices
        }
    }
}
