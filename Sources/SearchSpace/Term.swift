/// A function of one tensor, or a value in a cell, with all ops expanded. All later stages traverse it.
///
/// Every traversal visits choices in the order of the text. An architecture lists its decisions in that order.
indirect enum Term: Sendable {
    case layer(LayerTemplate)
    case chain([Term])
    /// The sum of terms with the same input.
    case sum([Term], at: SourceRange)
    case concatenation([Term], at: SourceRange)
    /// The concatenation of the cell values at these positions, except those that a chosen alternative reads.
    case looseEnds([Int], at: SourceRange)
    case choice([Term], labels: [String], at: SourceRange)
    /// A segment in the names of the inner layers.
    case scope(String, Term)
    case repeated(Number, Term, at: SourceRange)
    case cell(Int, parameters: [Number], at: SourceRange)
    /// An input or a statement of the cell, by position. It ignores the term's input.
    case variable(Int)

    /// Whether the term contains choices outside cells.
    var hasChoices: Bool {
        switch self {
        case .choice: true
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _): terms.contains(where: \.hasChoices)
        case .scope(_, let term), .repeated(_, let term, _): term.hasChoices
        case .layer, .cell, .variable, .looseEnds: false
        }
    }

    /// The number of terms.
    var size: Int {
        switch self {
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _), .choice(let terms, _, _): terms.reduce(1) { $0 + $1.size }
        case .scope(_, let term), .repeated(_, let term, _): 1 + term.size
        case .layer, .cell, .variable, .looseEnds: 1
        }
    }

    /// The labels of all inner alternatives.
    var labels: Set<String> {
        switch self {
        case .choice(let terms, let labels, _): terms.reduce(into: Set(labels)) { $0.formUnion($1.labels) }
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _): terms.reduce(into: []) { $0.formUnion($1.labels) }
        case .scope(_, let term), .repeated(_, let term, _): term.labels
        case .layer, .cell, .variable, .looseEnds: []
        }
    }

    /// The cells used in the term, by position in the space.
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

/// A primitive with its operands, before its input shape is known.
struct LayerTemplate: Hashable, Sendable {
    var primitive: Primitive
    var window: Window?
    var stride: Number = .literal(1)
    var dilation: Number = .literal(1)
    var groups: Number = .literal(1)
    /// The padding; nil for the padding that keeps the size at stride 1.
    var padding: Number?
    /// The number of output channels; nil to keep the input's number.
    var outputs: Number?
    var probability = 0.0
    /// The whole number after the name, for layers with such an operand.
    var number: Number = .literal(1)
    /// The place in the file, for errors.
    var range: SourceRange

    /// The layer in the syntax of the language, with numbers in canonical form.
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

/// A cell with resolved names.
struct CellTerm: Sendable {
    struct Statement: Sendable {
        var name: String
        var term: Term
    }

    var name: String
    var inputNames: [String]
    var parameters: Int
    /// The statements. Variables number the inputs first, then the statements.
    var statements: [Statement]
    /// The `return` statement, named `return`.
    var result: Statement
    var range: SourceRange

    var inputs: Int { inputNames.count }

    var hasChoices: Bool { result.term.hasChoices || statements.contains { $0.term.hasChoices } }
}

/// A space with resolved names, before settings are applied.
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
    /// The positions of the cells that the network uses, in the order of the file.
    var usedCells: [Int]
    var network: [NetworkStatement]
    var networkRange: SourceRange
    var foreign: ForeignNotation?
    var requirements: [Requirement]
}
