import Basics

extension SearchSpace {
    /// The space in canonical layout, with comments.
    public func formatted() -> String {
        Formatter(isIdentity: false).text(of: syntax)
    }

    /// The space as one text without includes. The included declarations replace the first `include`.
    public var selfContainedText: String {
        var text = syntax
        guard let place = text.declarations.firstIndex(where: Self.isInclude) else { return formatted() }
        text.declarations.insert(contentsOf: included.flatMap(\.declarations), at: place)
        text.declarations.removeAll(where: Self.isInclude)
        return Formatter(isIdentity: false).text(of: text)
    }

    private static func isInclude(_ declaration: DeclarationSyntax) -> Bool {
        if case .include = declaration.kind { true } else { false }
    }

    /// The hash of the canonical layout without comments, as 16 hexadecimal digits. It covers included files. Settings have the file's
    /// defaults, and their proxy values do not count: the scale at which candidates are scored does not change the space.
    public var contentHash: String {
        let formatter = Formatter(isIdentity: true)
        return StableHash.hexadecimal(StableHash.of((included + [syntax]).map { formatter.text(of: $0) }.joined()))
    }
}

/// Prints syntax in canonical layout: an indent of two spaces, one statement per line, and one alternative per line in ops with three or
/// more.
struct Formatter {
    /// Whether to leave out what two texts of the same space may differ in: comments, and the values at which candidates are scored.
    let isIdentity: Bool

    func text(of syntax: SpaceSyntax) -> String {
        var lines: [String] = []
        for (index, declaration) in syntax.declarations.enumerated() {
            let previous = index > 0 ? syntax.declarations[index - 1] : nil
            if let previous, isBlock(declaration) || isBlock(previous) || isOp(declaration) != isOp(previous) { lines.append("") }
            lines += commented(self.lines(of: declaration), declaration.comments, indent: "")
        }
        if !isIdentity, !syntax.closingComments.isEmpty { lines += [""] + syntax.closingComments.map(comment) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func isBlock(_ declaration: DeclarationSyntax) -> Bool {
        switch declaration.kind {
        case .cell, .network: true
        default: false
        }
    }

    private func isOp(_ declaration: DeclarationSyntax) -> Bool {
        if case .op = declaration.kind { true } else { false }
    }

    private func comment(_ text: String) -> String { text.isEmpty ? "#" : "# \(text)" }

    private func commented(_ lines: [String], _ comments: CommentsSyntax, indent: String) -> [String] {
        guard !isIdentity else { return lines }
        var lines = lines
        if let trailing = comments.trailing { lines[lines.count - 1] += "  \(comment(trailing))" }
        return comments.leading.map { indent + comment($0) } + lines
    }

    private func lines(of declaration: DeclarationSyntax) -> [String] {
        switch declaration.kind {
        case .space(let name): return ["space \(name.text)"]
        case .image(let shape): return ["image \(shape.channels)x\(shape.height)x\(shape.width)"]
        case .classes(let number): return ["classes \(number)"]
        case .foreign(let name): return ["foreign \(name.text)"]
        case .include(let name): return ["include \(name.text)"]
        case .require(let requirement): return ["require \(text(of: requirement))"]
        case .setting(let name, let value, let proxy, let learners):
            return [
                "setting \(name.text) = \(value)" + (isIdentity ? "" : proxy.map { " proxy \($0)" } ?? "")
                    + (learners.isEmpty ? "" : " learners \(learners.map(String.init).joined(separator: " | "))")
            ]
        case .op(let name, let parameters, let body):
            let head = "op \(name.text)" + (parameters.isEmpty ? "" : "(\(parameters.map(\.text).joined(separator: ", ")))") + " = "
            guard case .choice(let alternatives) = body.kind, alternatives.count > 2 else { return [head + text(of: body)] }
            let texts = alternatives.map(text(of:))
            return [head + texts[0]] + texts.dropFirst().map { "  | \($0)" }
        case .cell(let name, let inputs, let parameters, let statements):
            let head =
                (inputs.map(\.text).joined(separator: ", "))
                + (parameters.isEmpty ? "" : "; " + parameters.map(\.text).joined(separator: ", "))
            return block("cell \(name.text)(\(head))", statements, declaration) { $0.map { "\($0.text) = " } ?? "return " }
        case .network(let statements):
            return block("network", statements, declaration) { $0.map { "\($0.text): " } ?? "" }
        }
    }

    private func text(of requirement: RequirementSyntax) -> String {
        let bound = "at \(requirement.isUpperBound ? "most" : "least") \(number(requirement))"
        switch requirement.subject {
        case .parameters: return "parameters \(bound)"
        case .macs: return "macs \(bound)"
        case .choices(let labels, let cell):
            return "\(bound) \(labels.map(\.text).joined(separator: " | "))" + (cell.map { " in \($0.text)" } ?? "")
        }
    }

    private func number(_ requirement: RequirementSyntax) -> String {
        if case .choices = requirement.subject { return "\(requirement.bound)" }
        for (unit, name) in [(1_000_000_000, "G"), (1_000_000, "M"), (1000, "K")] where requirement.bound >= unit {
            if (requirement.bound * 1000).isMultiple(of: unit) {
                let thousandths = requirement.bound * 1000 / unit
                var text = "\(thousandths / 1000)"
                if thousandths % 1000 != 0 {
                    text += "." + String("\(1000 + thousandths % 1000)".dropFirst())
                    while text.hasSuffix("0") { text.removeLast() }
                }
                return text + name
            }
        }
        if requirement.bound <= Lexer.largestNumber { return "\(requirement.bound)" }
        // Thousands, with the remainder after the decimal point.
        return "\(requirement.bound / 1000).\(String("\(1000 + requirement.bound % 1000)".dropFirst()))K"
    }

    private func block(_ head: String, _ statements: [StatementSyntax], _ declaration: DeclarationSyntax, _ prefix: (NameSyntax?) -> String)
        -> [String]
    {
        var lines = ["\(head) {"]
        for statement in statements {
            lines += commented(["  " + prefix(statement.name) + text(of: statement.expression)], statement.comments, indent: "  ")
        }
        if !isIdentity { lines += declaration.closingComments.map { "  \(comment($0))" } }
        return lines + ["}"]
    }

    // MARK: Expressions

    /// How tightly an expression binds. A looser one inside a tighter one needs parentheses.
    private enum Precedence: Int, Comparable {
        case choice, sum, chain, product, atom

        static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
    }

    private func precedence(of expression: ExpressionSyntax) -> Precedence {
        switch expression.kind {
        case .choice, .selection: .choice
        case .sum: .sum
        case .chain: .chain
        case .product: .product
        // A layer's last operand includes all factors that follow it.
        case .layer(let layer): layer.operand == nil && layer.attributes.isEmpty ? .atom : .product
        default: .atom
        }
    }

    private func text(of alternative: AlternativeSyntax) -> String {
        (alternative.label.map { "\($0.text): " } ?? "") + text(of: alternative.expression, inside: .sum)
    }

    private func text(of expression: ExpressionSyntax, inside outer: Precedence = .choice) -> String {
        let text = bare(expression)
        return precedence(of: expression) < outer ? "(\(text))" : text
    }

    private func bare(_ expression: ExpressionSyntax) -> String {
        switch expression.kind {
        case .missing: return ""
        case .integer(let value): return "\(value)"
        case .decimal(let value): return "\(value)"
        case .window(let window): return "\(window)"
        case .name(let name): return name
        case .call(let name, let arguments): return "\(name.text)(\(arguments.map { text(of: $0) }.joined(separator: ", ")))"
        case .application(let call, let arguments): return "\(bare(call))(\(arguments.map { text(of: $0) }.joined(separator: ", ")))"
        case .layer(let layer):
            let operand = layer.operand.map { [text(of: $0, inside: .product)] } ?? []
            return
                ([layer.primitive.name] + operand
                + layer.attributes.map { "\($0.attribute.rawValue) \(text(of: $0.value, inside: .product))" }).joined(separator: " ")
        case .chain(let links): return links.map { text(of: $0, inside: .product) }.joined(separator: " > ")
        case .product(let factors, let signs): return joined(factors, signs, inside: .atom)
        case .sum(let terms, let signs): return joined(terms, signs, inside: .chain)
        case .choice(let alternatives): return alternatives.map { text(of: $0) }.joined(separator: " | ")
        case .selection(let count, let alternatives, _):
            return "choose \(count) of \(alternatives.map { text(of: $0) }.joined(separator: " | "))"
        }
    }

    private func joined(_ terms: [ExpressionSyntax], _ signs: [String], inside: Precedence) -> String {
        zip([""] + signs.map { " \($0) " }, terms).map { $0 + text(of: $1, inside: inside) }.joined()
    }
}
