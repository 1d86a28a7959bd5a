/// A function of one tensor (or, in a cell, a value) with all ops written out: what the later passes walk over.
///
/// Every walk visits choices in one order, that of the text; an architecture is the list of its decisions in that order.
indirect enum Term: Sendable {
    case layer(LayerTemplate)
    case chain([Term])
    /// The terms, all of the same input, summed.
    case sum([Term], at: SourceRange)
    case concatenation([Term], at: SourceRange)
    /// The concatenation of those of the cell's values, of these positions, that nothing chosen reads.
    case looseEnds([Int], at: SourceRange)
    case choice([Term], labels: [String], at: SourceRange)
    /// A segment of the names of the layers inside.
    case scope(String, Term)
    case repeated(Number, Term, at: SourceRange)
    case cell(Int, parameters: [Number], at: SourceRange)
    /// An input or a statement of the cell, by its position; reads nothing of the term's input.
    case variable(Int)

    /// Whether anything is left to decide inside, cells aside.
    var hasChoices: Bool {
        switch self {
        case .choice: true
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _): terms.contains(where: \.hasChoices)
        case .scope(_, let term), .repeated(_, let term, _): term.hasChoices
        case .layer, .cell, .variable, .looseEnds: false
        }
    }

    /// The terms in it.
    var size: Int {
        switch self {
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _), .choice(let terms, _, _): terms.reduce(1) { $0 + $1.size }
        case .scope(_, let term), .repeated(_, let term, _): 1 + term.size
        case .layer, .cell, .variable, .looseEnds: 1
        }
    }

    /// What the alternatives inside are called.
    var labels: Set<String> {
        switch self {
        case .choice(let terms, let labels, _): terms.reduce(into: Set(labels)) { $0.formUnion($1.labels) }
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _): terms.reduce(into: []) { $0.formUnion($1.labels) }
        case .scope(_, let term), .repeated(_, let term, _): term.labels
        case .layer, .cell, .variable, .looseEnds: []
        }
    }

    /// The cells used inside, by their positions in the space.
    var cells: Set<Int> {
        switch self {
        case .cell(let index, _, _): [index]
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _), .choice(let terms, _, _):
            terms.reduce(into: []) { $0.formUnion($1.cells) }
        case .scope(_, let term), .repeated(_, let term, _): term.cells
        case .layer, .variable, .looseEnds: []
        }
    }
}

/// A primitive with its operands, not yet at a shape.
struct LayerTemplate: Hashable, Sendable {
    var primitive: Primitive
    var window: Window?
    var stride: Number = .literal(1)
    var dilation: Number = .literal(1)
    var groups: Number = .literal(1)
    /// nil: what keeps the size at stride 1.
    var padding: Number?
    /// nil: as many as inputs.
    var outputs: Number?
    var probability = 0.0
    /// The whole number right after the name, for layers that take one.
    var number: Number = .literal(1)
    /// Where it stands in the file, for errors.
    var range: SourceRange

    /// The layer as in the language, its numbers in canonical form.
    var canonicalText: String {
        var words = [primitive.name]
        switch primitive.operand {
        case .window: if let window { words.append("\(window)") }
        case .probability: words.append("\(probability)")
        case .number: words.append(number.canonicalText)
        case nil: break
        }
        for (word, number) in [("stride", stride), ("dilation", dilation), ("groups", groups)] where number != .literal(1) {
            words.append("\(word) \(number.canonicalText)")
        }
        if let padding { words.append("padding \(padding.canonicalText)") }
        if let outputs, outputs != .inputChannels { words.append("-> \(outputs.canonicalText)") }
        return words.joined(separator: " ")
    }
}

/// A cell with its names looked up.
struct CellTerm: Sendable {
    struct Statement: Sendable {
        var name: String
        var term: Term
    }

    var name: String
    var inputNames: [String]
    var parameters: Int
    /// Variables are numbered through: first the inputs, then the statements.
    var statements: [Statement]
    /// What `return` says; its name is `return`.
    var result: Statement
    var range: SourceRange

    var inputs: Int { inputNames.count }

    var hasChoices: Bool { result.term.hasChoices || statements.contains { $0.term.hasChoices } }
}

/// A space with its names looked up, not yet at given settings.
struct SpaceTerm: Sendable {
    struct NetworkStatement: Sendable {
        var label: String?
        var term: Term
    }

    var name: String
    var image: FeatureShape
    var classes: Int
    var settings: [Setting]
    var cells: [CellTerm]
    /// Positions of the cells that the network uses, in the file's order.
    var usedCells: [Int]
    var network: [NetworkStatement]
    var networkRange: SourceRange
    var foreign: ForeignNotation?
    var requirements: [Requirement]
}
