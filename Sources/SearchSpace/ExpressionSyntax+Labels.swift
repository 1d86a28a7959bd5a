import Basics

extension ExpressionSyntax {
    /// The default label of an alternative: its words and numbers, joined by hyphens.
    var label: String {
        switch kind {
        case .missing: ""
        case .integer(let value): "\(value)"
        case .decimal(let value): "\(value)".replacing(".", with: "-")
        case .window(let window): "\(window)"
        case .name(let name): name
        case .call(let name, let arguments): ([name.text] + arguments.map(\.label)).joined(separator: "-")
        case .application(let call, let arguments): ([call.label] + arguments.map(\.label)).joined(separator: "-")
        case .layer(let layer):
            ([layer.primitive.name] + (layer.operand.map { [$0.label] } ?? [])
                + layer.attributes.map { ($0.attribute == .outputs ? "" : "\($0.attribute.rawValue)-") + $0.value.label }).joined(
                    separator: "-")
        case .product(let terms, _), .chain(let terms), .sum(let terms, _): terms.map(\.label).joined(separator: "-")
        case .choice(let alternatives), .selection(_, let alternatives, _):
            alternatives.map { $0.label?.text ?? $0.expression.label }.joined(separator: "-")
        }
    }

    var isChoice: Bool { if case .choice = kind { true } else { false } }

    /// The name of the value that an op is applied to, if it is a single value. It names an edge of a cell.
    var sourceName: String? {
        switch kind {
        case .call(_, let arguments), .application(_, let arguments):
            if arguments.count == 1, case .name(let name) = arguments[0].kind { name } else { nil }
        case .name(let name): name
        default: nil
        }
    }
}
