/// A whole number that may depend on settings, the data set, a cell's parameters and a layer's input.
indirect enum Number: Hashable, Sendable {
    enum Operator: String, Hashable, Sendable {
        case plus = "+"
        case minus = "-"
        case times = "*"
        case over = "/"
    }

    case literal(Int)
    case setting(String)
    case classes
    /// The number of channels of the layer's input.
    case inputChannels
    /// In a cell, the ratio of the layer's input to the cell's last input, in height and width.
    case match
    /// A parameter of the cell, by position.
    case parameter(Int)
    case operation(Operator, Number, Number)

    /// The reason why a number has no value.
    enum Fault: Error, Hashable, Sendable {
        case negative(Int)
        case tooLarge
        case inexact(Int, Int)
        /// `match` is outside a cell, or no stride gives the target size.
        case unmatched(FeatureShape?, FeatureShape)
    }

    struct Environment: Sendable {
        var settings: [String: Int]
        var classes: Int
        var parameters: [Int] = []
        /// The layer's input.
        var input = FeatureShape(0, 0, 0)
        /// The cell's last input.
        var target: FeatureShape?
    }

    func value(_ environment: Environment) throws(Fault) -> Int {
        switch self {
        case .literal(let value): return value
        case .setting(let name): return environment.settings[name, default: 0]
        case .classes: return environment.classes
        case .inputChannels: return environment.input.channels
        case .match:
            let input = environment.input
            guard let target = environment.target else { throw .unmatched(nil, input) }
            // Stride s reduces height h to ⌈h / s⌉.
            let stride = (input.height + target.height - 1) / target.height
            func isReached(_ from: Int, _ to: Int) -> Bool { (from + stride - 1) / stride == to }
            guard isReached(input.height, target.height), isReached(input.width, target.width) else { throw .unmatched(target, input) }
            return stride
        case .parameter(let index): return environment.parameters[index]
        case .operation(let sign, let left, let right):
            return try Self.apply(sign, left.value(environment), right.value(environment))
        }
    }

    /// The most parts of a number, more than a readable one has.
    static let mostParts = 100

    /// The number of literals, names and operators.
    var size: Int {
        if case .operation(_, let left, let right) = self { 1 + left.size + right.size } else { 1 }
    }

    /// Whether it depends on the layer's input.
    var readsPlace: Bool {
        switch self {
        case .inputChannels, .match: true
        case .operation(_, let left, let right): left.readsPlace || right.readsPlace
        default: false
        }
    }

    /// Applies an operator. Both operands are at most `Lexer.largestNumber`, so nothing overflows.
    private static func apply(_ sign: Operator, _ left: Int, _ right: Int) throws(Fault) -> Int {
        let value: Int
        switch sign {
        case .plus: value = left + right
        case .minus: value = left - right
        case .times: value = left * right
        case .over:
            guard right != 0, left.isMultiple(of: right) else { throw .inexact(left, right) }
            value = left / right
        }
        if value < 0 { throw .negative(value) }
        if value > Lexer.largestNumber { throw .tooLarge }
        return value
    }

    /// A text that is equal for numbers that differ only in the order of a sum or product, or in arithmetic on literals.
    var canonicalText: String {
        switch self {
        case .literal(let value): return String(value)
        case .setting(let name): return name
        case .classes: return "classes"
        case .inputChannels: return "in"
        case .match: return "match"
        case .parameter(let index): return "p\(index + 1)"
        case .operation(let sign, let left, let right):
            if case .literal(let a) = left, case .literal(let b) = right, let value = try? Self.apply(sign, a, b) { return String(value) }
            var texts = [left.canonicalText, right.canonicalText]
            if sign == .plus || sign == .times { texts.sort() }
            return "(" + texts.joined(separator: sign.rawValue) + ")"
        }
    }

}

/// An argument of an op or a cell: a number, a window, a probability or an operation.
enum Argument: Sendable {
    case number(Number)
    case window(Window)
    case probability(Double)
    /// An operation, with its size, which counts at each use.
    case operation(Term, terms: Int)

    /// The kind of argument, for diagnostics.
    var kind: String {
        switch self {
        case .number: "a number"
        case .window: "a window"
        case .probability: "a probability"
        case .operation: "an operation"
        }
    }
}
