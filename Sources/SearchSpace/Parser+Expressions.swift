import Basics

/// Operators from loosest to tightest: `|`, then `+` and `-`, then `>`, then `*` and `/`. A layer's operands bind tightest.
extension Parser {
    mutating func expression() throws -> ExpressionSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepestNesting else {
            throw fail(
                at: current.range, "nested more than \(Self.deepestNesting) levels deep",
                suggestion: "give the inner part a name with `op`")
        }
        if at("choose") { return try selection() }
        let first = try alternative()
        guard at("|") else {
            if let label = first.label {
                throw fail(at: label.range, "a label without a choice", suggestion: "labels name the alternatives of a choice: a: … | b: …")
            }
            return first.expression
        }
        var alternatives = [first]
        while take("|") { alternatives.append(try alternative()) }
        let range = alternatives[0].range.joined(with: previous.range)
        return ExpressionSyntax(kind: .choice(alternatives), range: range)
    }

    /// Parses `choose 2 of a | b | c`.
    private mutating func selection() throws -> ExpressionSyntax {
        let start = current.range
        advance()
        let number = current.range
        let count = try integer("how many to choose")
        guard take("of") else {
            throw fail(
                at: current.range, "expected `of` and the alternatives, found \(describe(current))",
                suggestion: "write it as in `choose 2 of any(a) | any(b) | any(c)`")
        }
        var alternatives = [try alternative()]
        while take("|") { alternatives.append(try alternative()) }
        return ExpressionSyntax(kind: .selection(count, alternatives, number: number), range: start.joined(with: previous.range))
    }

    private mutating func alternative() throws -> AlternativeSyntax {
        let isChoice = at("|") || previous.text == "|"
        if isChoice, at("|") || at("}") || at(")") || current.kind == .endOfFile || startsDeclaration() {
            throw fail(
                at: current.range, "expected an alternative, found \(describe(current))",
                suggestion: "write `identity` for an alternative that changes nothing, `zero` for no connection")
        }
        guard current.kind == .name, next.text == ":" else { return AlternativeSyntax(label: nil, expression: try sum()) }
        // A label may be any word, because a colon follows it.
        let label = try name("a label", reserved: true)
        advance()
        return AlternativeSyntax(label: label, expression: try sum())
    }

    private mutating func sum() throws -> ExpressionSyntax {
        try list(of: { try $0.chain() }, separatedBy: ["+", "-"]) { .sum($0, signs: $1) }
    }

    private mutating func chain() throws -> ExpressionSyntax {
        try list(of: { try $0.product() }, separatedBy: [">"]) { terms, _ in .chain(terms) }
    }

    private mutating func product() throws -> ExpressionSyntax {
        try list(of: { try $0.atom() }, separatedBy: ["*", "/"]) { .product($0, signs: $1) }
    }

    private mutating func list(
        of element: (inout Parser) throws -> ExpressionSyntax, separatedBy signs: [String],
        _ kind: ([ExpressionSyntax], [String]) -> ExpressionSyntax.Kind
    ) throws -> ExpressionSyntax {
        let first = try element(&self)
        var elements = [first]
        var found: [String] = []
        while current.kind == .sign, signs.contains(current.text) {
            found.append(current.text)
            advance()
            elements.append(try element(&self))
        }
        guard elements.count > 1 else { return first }
        return ExpressionSyntax(kind: kind(elements, found), range: first.range.joined(with: previous.range))
    }

    private mutating func atom() throws -> ExpressionSyntax {
        let token = current
        switch token.kind {
        case .integer(let value):
            advance()
            return ExpressionSyntax(kind: .integer(value), range: token.range)
        case .quantity:
            throw fail(
                at: token.range, "`\(token.text)` is allowed only in `require`", suggestion: "write the number in full, as in 16")
        case .decimal(let value):
            advance()
            return ExpressionSyntax(kind: .decimal(value), range: token.range)
        case .dimensions(let values):
            guard values.count == 2 else {
                throw fail(
                    at: token.range, "expected a window of height x width, found `\(token.text.prefix(40))`",
                    suggestion: "write it as in `conv 3x3`")
            }
            advance()
            return ExpressionSyntax(kind: .window(Window(values[0], values[1])), range: token.range)
        case .name:
            if let primitive = Primitive.named[token.text] {
                advance()
                return try layer(primitive, from: token)
            }
            guard !ReservedWord.isReserved(token.text) || (ReservedWord.numbers + ["concat", "loose"]).contains(token.text) else {
                throw noOperation(token)
            }
            advance()
            return try calls(of: token)
        case .sign where token.text == "(":
            advance()
            var inner = try expression()
            guard take(")") else {
                throw fail(at: token.range, "the parenthesis is never closed", suggestion: "expected `)` before \(describe(current))")
            }
            inner.range = token.range.joined(with: previous.range)
            return inner
        default:
            throw noOperation(token)
        }
    }

    private mutating func noOperation(_ token: Token) -> Failure {
        let isAfterSign = [">", "+", "-", "*", "/"].contains(previous.text)
        return fail(
            at: token.range, "expected an operation, found \(describe(token))",
            suggestion: isAfterSign
                ? "put one after `\(previous.text)`, or delete it" : "an operation is a layer such as `relu` or a name defined with `op`")
    }

    private mutating func calls(of token: Token) throws -> ExpressionSyntax {
        // The parenthesis must be on the same line, because the next statement may start with one.
        guard at("("), current.line == previous.line else {
            if current.line == token.line, isNumber(current) {
                throw fail(
                    at: token.range, "unknown layer `\(token.text)`",
                    suggestion: Suggestion.didYouMean(token.text, among: Primitive.named.keys)
                        ?? "an op takes its parameters in parentheses: \(token.text)(\(current.text))")
            }
            return ExpressionSyntax(kind: .name(token.text), range: token.range)
        }
        let name = NameSyntax(text: token.text, range: token.range)
        let arguments = try arguments()
        let call = ExpressionSyntax(kind: .call(name, arguments), range: token.range.joined(with: previous.range))
        guard at("("), current.line == previous.line else { return call }
        let applied = try self.arguments()
        return ExpressionSyntax(kind: .application(call, applied), range: token.range.joined(with: previous.range))
    }

    private mutating func arguments() throws -> [ExpressionSyntax] {
        let parenthesis = current
        advance()
        var arguments = [try expression()]
        while take(",") { arguments.append(try expression()) }
        guard take(")") else {
            throw fail(
                at: parenthesis.range, "the parenthesis is never closed", suggestion: "expected `,` or `)` before \(describe(current))")
        }
        return arguments
    }

    private mutating func layer(_ primitive: Primitive, from token: Token) throws -> ExpressionSyntax {
        var syntax = LayerSyntax(primitive: primitive)
        if let operand = primitive.operand {
            guard startsOperand() else {
                throw fail(at: token.range, "`\(primitive.name)` needs \(operand.description), found \(describe(current))")
            }
            syntax.operand = try product()
        } else if at("("), current.line == previous.line {
            throw fail(
                at: current.range, "`\(primitive.name)` is a layer and takes no parentheses",
                suggestion: "to apply it to a value, write the value first: x > \(primitive.name)")
        }
        if case .integer? = syntax.operand?.kind, primitive.operand == .window, current.text == "x" {
            throw fail(at: current.range, "a window is written without spaces", suggestion: "write it as in `conv 3x3`")
        }
        while let attribute = Primitive.Attribute(rawValue: current.text), current.kind != .endOfFile {
            guard primitive.attributes.contains(attribute) else {
                let known = primitive.attributes.map { "`\($0.rawValue)`" }
                throw fail(
                    at: current.range, "`\(primitive.name)` takes no `\(attribute.rawValue)`",
                    suggestion: known.isEmpty ? "it takes nothing more; delete this" : "it takes \(known.alternatives())")
            }
            guard syntax.value(of: attribute) == nil else {
                throw fail(at: current.range, "`\(attribute.rawValue)` is given twice", suggestion: "delete this or the first")
            }
            advance()
            guard startsOperand() else {
                throw fail(at: previous.range, "`\(attribute.rawValue)` needs a number, found \(describe(current))")
            }
            syntax.attributes.append(LayerSyntax.Attribute(attribute: attribute, value: try product()))
        }
        return ExpressionSyntax(kind: .layer(syntax), range: token.range.joined(with: previous.range))
    }

    private func isNumber(_ token: Token) -> Bool {
        switch token.kind {
        case .integer, .quantity, .decimal, .dimensions: true
        case .name, .sign, .endOfFile: false
        }
    }

    private func startsOperand() -> Bool {
        switch current.kind {
        case .name:
            Primitive.named[current.text] == nil && Primitive.Attribute(rawValue: current.text) == nil && next.text != ":"
                && next.text != "="
        case .integer, .quantity, .decimal, .dimensions: true
        case .sign: current.text == "("
        case .endOfFile: false
        }
    }
}

extension AlternativeSyntax {
    var range: SourceRange { label.map { $0.range.joined(with: expression.range) } ?? expression.range }
}
