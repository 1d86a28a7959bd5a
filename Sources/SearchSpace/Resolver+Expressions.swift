import Basics

/// Resolves the three roles of an expression: a function of a tensor, a value of a cell, or an argument.
extension Resolver {
    /// The most ways to choose in one `choose N of`.
    static let mostSubsets = 5_000

    // MARK: Functions

    mutating func function(_ expression: ExpressionSyntax, _ scope: Scope) throws(Failure) -> Term {
        try count(1, at: expression.range)
        switch expression.kind {
        case .missing: throw Failure()
        case .layer(let syntax): return try layer(syntax, at: expression.range, scope)
        case .chain(let links): return .chain(try map(links) { (resolver, link) throws(Failure) in try resolver.function(link, scope) })
        case .sum(let addends, let signs):
            try plusOnly(signs, at: expression.range)
            return .sum(
                try map(addends) { (resolver, addend) throws(Failure) in try resolver.function(addend, scope) }, at: expression.range)
        case .choice(let alternatives):
            let labels = try labels(of: alternatives)
            let options = try map(alternatives) { (resolver, alternative) throws(Failure) in
                try resolver.function(alternative.expression, scope)
            }
            return .choice(options, labels: labels, at: expression.range)
        case .selection(let count, let alternatives, let number):
            let labels = try labels(of: alternatives)
            let options = try map(alternatives) { (resolver, alternative) throws(Failure) in
                try resolver.function(alternative.expression, scope)
            }
            return try selection(of: count, options, labels, number, at: expression.range)
        case .product(let factors, let signs):
            guard signs.allSatisfy({ $0 == "*" }) else {
                throw fail(expression.range, "a repeat is written with `*`", suggestion: "as in `cells * body`")
            }
            let count = try number(
                ExpressionSyntax(kind: .product(factors.dropLast(), signs: Array(signs.dropLast())), range: expression.range), scope)
            return .repeated(count, try function(factors[factors.count - 1], scope), at: expression.range)
        case .name(let name): return try use(NameSyntax(text: name, range: expression.range), [], at: expression.range, scope)
        case .call(let name, let arguments): return try use(name, arguments, at: expression.range, scope)
        case .application:
            throw fail(
                expression.range, "an op can be applied to a value only in a cell", suggestion: "elsewhere, connect layers with `>`")
        case .integer, .decimal, .window:
            throw fail(expression.range, "expected an operation, found a number", suggestion: "a repeat is written `3 * body`")
        }
    }

    private mutating func use(_ name: NameSyntax, _ arguments: [ExpressionSyntax], at range: SourceRange, _ scope: Scope) throws(Failure)
        -> Term
    {
        if let op = ops[name.text] { return try write(op, arguments, at: range, scope) }
        if let index = cells[name.text] {
            guard scope.isNetwork, scope.ops.isEmpty else {
                throw fail(
                    name.range, "the cell `\(name.text)` can be used only in the network",
                    suggestion: "use an `op` for choices that are made again at each use")
            }
            let cell = cellSyntax[index]
            guard arguments.count == cell.parameters.count else { throw wrongCount(of: arguments, cell.parameters, name) }
            let numbers = try map(arguments) { (resolver, argument) throws(Failure) in try resolver.number(argument, scope) }
            return .cell(index, parameters: numbers, at: range)
        }
        if scope.variables[name.text] != nil {
            throw fail(name.range, "`\(name.text)` is a value, not an operation", suggestion: "apply an op to it: any(\(name.text))")
        }
        if case .operation(let term, let terms) = scope.arguments[name.text] {
            try count(terms, at: range)
            guard arguments.isEmpty else {
                throw fail(range, "`\(name.text)` already has its parameters", suggestion: "write it without parentheses")
            }
            return term
        }
        if scope.arguments[name.text] != nil || settingNames.contains(name.text) || ReservedWord.numbers.contains(name.text) {
            throw fail(
                name.range, "`\(name.text)` is a number, not an operation", suggestion: "use it in a layer, as in conv 1x1 -> \(name.text)")
        }
        if mayBeDeclared(name.text) { throw Failure() }
        if name.text == "concat" {
            throw fail(name.range, "`concat` is allowed only in a cell", suggestion: "in a cell: return concat(a, b)")
        }
        let known = Array(ops.keys) + Array(cells.keys) + Array(Primitive.named.keys)
        throw fail(
            name.range, "unknown operation `\(name.text)`",
            suggestion: Suggestion.didYouMean(name.text, among: known) ?? "define it with `op \(name.text) = …`")
    }

    private mutating func write(_ op: Op, _ arguments: [ExpressionSyntax], at range: SourceRange, _ scope: Scope) throws(Failure) -> Term {
        let name = op.name.text
        guard !scope.ops.contains(name) else {
            throw fail(
                range, "the op `\(name)` uses itself: \((scope.ops.drop { $0 != name } + [name]).joined(separator: " > "))",
                suggestion: "an op can use only other ops")
        }
        guard scope.ops.count < 16 else {
            throw fail(range, "ops use each other more than 16 levels deep", suggestion: "write some of them in full")
        }
        guard arguments.count == op.parameters.count else {
            throw wrongCount(of: arguments, op.parameters, NameSyntax(text: name, range: range))
        }
        // A choice of numbers or windows is made once for each use of the op, even if the parameter occurs several times.
        if let place = arguments.firstIndex(where: { $0.isChoice && !isOperation($0, scope) }),
            case .choice(let alternatives) = arguments[place].kind
        {
            return try choice(alternatives, at: arguments[place].range) { (resolver, alternative) throws(Failure) in
                var fixed = arguments
                fixed[place] = alternative
                return try resolver.write(op, fixed, at: range, scope)
            }
        }
        var inner = Scope(ops: scope.ops + [name], isNetwork: scope.isNetwork)
        for (parameter, argument) in zip(op.parameters, arguments) {
            let value = try self.argument(argument, scope)
            if case .number(let number) = value, number.readsPlace {
                throw fail(
                    argument.range, "`in` and `match` are allowed only in a layer",
                    suggestion: "`in` is the number of channels of a layer's input")
            }
            inner.arguments[parameter.text] = value
        }
        usedOps.insert(name)
        let body = try function(op.body, inner)
        // An op that is only a choice adds nothing to layer names, because the alternative does.
        if case .choice = body { return body }
        return .scope(name, body)
    }

    private mutating func wrongCount(of arguments: [ExpressionSyntax], _ parameters: [NameSyntax], _ name: NameSyntax) -> Failure {
        let list = parameters.map(\.text).joined(separator: ", ")
        let expected =
            switch parameters.count {
            case 0: "no parameters"
            case 1: "1 parameter (\(list))"
            default: "\(parameters.count) parameters (\(list))"
            }
        let right = parameters.isEmpty ? name.text : "\(name.text)(\(list))"
        return fail(name.range, "`\(name.text)` takes \(expected), not \(arguments.count)", suggestion: "write it as \(right)")
    }

    private mutating func labels(of alternatives: [AlternativeSyntax]) throws(Failure) -> [String] {
        var labels: [String] = []
        var known: Set<String> = []
        for alternative in alternatives {
            let label = alternative.label?.text ?? alternative.expression.label
            guard known.insert(label).inserted else {
                throw fail(
                    alternative.range, "two alternatives have the label `\(label)`", suggestion: "give each its own label: a: … | b: …")
            }
            labels.append(label)
        }
        return labels
    }

    /// Expands a choice in a layer's operand: `conv (3x3 | 5x5)` means `conv 3x3 | conv 5x5`.
    private mutating func choice(
        _ alternatives: [AlternativeSyntax], at range: SourceRange, _ term: (inout Resolver, ExpressionSyntax) throws(Failure) -> Term
    ) throws(Failure) -> Term {
        let labels = try labels(of: alternatives)
        return .choice(
            try map(alternatives) { (resolver, alternative) throws(Failure) in try term(&resolver, alternative.expression) },
            labels: labels, at: range)
    }

    private mutating func layer(_ syntax: LayerSyntax, at range: SourceRange, _ scope: Scope) throws(Failure) -> Term {
        if let operand = syntax.operand, case .choice(let alternatives) = operand.kind {
            return try choice(alternatives, at: operand.range) { (resolver, alternative) throws(Failure) in
                var fixed = syntax
                fixed.operand = alternative
                return try resolver.layer(fixed, at: range, scope)
            }
        }
        if let place = syntax.attributes.firstIndex(where: { $0.value.isChoice }),
            case .choice(let alternatives) = syntax.attributes[place].value.kind
        {
            return try choice(alternatives, at: syntax.attributes[place].value.range) { (resolver, alternative) throws(Failure) in
                var fixed = syntax
                fixed.attributes[place].value = alternative
                return try resolver.layer(fixed, at: range, scope)
            }
        }
        try count(1, at: range)
        return .layer(try template(syntax, at: range, scope))
    }

    private mutating func template(_ syntax: LayerSyntax, at range: SourceRange, _ scope: Scope) throws(Failure) -> LayerTemplate {
        var template = LayerTemplate(primitive: syntax.primitive, range: range)
        if let operand = syntax.operand, let kind = syntax.primitive.operand {
            switch (kind, try argument(operand, scope)) {
            case (.window, .window(let window)):
                guard (1...63).contains(window.height), (1...63).contains(window.width) else {
                    throw fail(operand.range, "\(window) is not a valid window", suggestion: "use 1x1 to 63x63")
                }
                template.window = window
            case (.number, .number(let number)): template.number = number
            case (.probability, .probability(let probability)):
                guard probability < 1 else {
                    throw fail(
                        operand.range, "\(probability) is not a valid probability", suggestion: "use a number of at least 0.0 and below 1")
                }
                template.probability = probability
            case (_, let found): throw fail(operand.range, "`\(syntax.primitive.name)` needs \(kind.description), not \(found.kind)")
            }
        }
        if let value = syntax.value(of: .stride) { template.stride = try number(value, scope) }
        if let value = syntax.value(of: .dilation) { template.dilation = try number(value, scope) }
        if let value = syntax.value(of: .groups) { template.groups = try number(value, scope) }
        if let value = syntax.value(of: .padding) { template.padding = try number(value, scope) }
        if let value = syntax.value(of: .outputs) { template.outputs = try number(value, scope) }
        return template
    }

    // MARK: Values

    mutating func value(_ expression: ExpressionSyntax, _ scope: Scope) throws(Failure) -> Term {
        try count(1, at: expression.range)
        switch expression.kind {
        case .missing: throw Failure()
        case .name(let name):
            if name == "loose" {
                throw fail(
                    expression.range, "`loose` is allowed only in a cell's `return`", suggestion: "write it as in return concat(loose)")
            }
            guard let index = scope.variables[name] else { throw unknownValue(NameSyntax(text: name, range: expression.range), scope) }
            usedVariables.insert(index)
            return .variable(index)
        case .call(let name, let arguments):
            if name.text == "concat" {
                if case .name("loose") = arguments[0].kind, arguments.count == 1, let candidates = scope.looseEnds {
                    guard !candidates.isEmpty else {
                        // An invalid value may have had a choice.
                        if diagnostics.contains(where: { $0.severity == .error }) { throw Failure() }
                        throw fail(
                            expression.range, "the cell has no loose ends: none of its values has a choice",
                            suggestion: "name the values to join: concat(a, b)")
                    }
                    usedVariables.formUnion(candidates)
                    return .looseEnds(candidates, at: expression.range)
                }
                return .concatenation(
                    try map(arguments) { (resolver, argument) throws(Failure) in try resolver.value(argument, scope) }, at: expression.range
                )
            }
            if let op = ops[name.text], !op.parameters.isEmpty {
                throw fail(
                    expression.range, "`\(name.text)` takes its parameters first, then the value",
                    suggestion: "write it as \(name.text)(\(op.parameters.map(\.text).joined(separator: ", ")))(x)")
            }
            return try apply(ExpressionSyntax(kind: .name(name.text), range: name.range), arguments, at: expression.range, scope)
        case .application(let function, let arguments): return try apply(function, arguments, at: expression.range, scope)
        case .chain(let links):
            let start = try value(links[0], scope)
            let rest = try map(Array(links.dropFirst())) { (resolver, link) throws(Failure) in try resolver.function(link, scope) }
            return named(start, .chain([start] + rest), links[0])
        case .sum(let addends, let signs):
            try plusOnly(signs, at: expression.range)
            return .sum(try map(addends) { (resolver, addend) throws(Failure) in try resolver.value(addend, scope) }, at: expression.range)
        case .choice(let alternatives):
            let labels = try valueLabels(of: alternatives)
            let options = try map(alternatives) { (resolver, alternative) throws(Failure) in
                try resolver.value(alternative.expression, scope)
            }
            return .choice(options, labels: labels, at: expression.range)
        case .selection(let count, let alternatives, let number):
            let labels = try valueLabels(of: alternatives)
            let options = try map(alternatives) { (resolver, alternative) throws(Failure) in
                try resolver.value(alternative.expression, scope)
            }
            return try selection(of: count, options, labels, number, at: expression.range)
        case .layer, .integer, .decimal, .window, .product:
            throw fail(expression.range, "expected a value of the cell", suggestion: "write the value first: x > relu")
        }
    }

    /// The labels of a choice of edges. Edges are named after their source values if those are distinct.
    private mutating func valueLabels(of alternatives: [AlternativeSyntax]) throws(Failure) -> [String] {
        let sources = alternatives.compactMap { $0.label?.text ?? $0.expression.sourceName }
        if sources.count == alternatives.count, Set(sources).count == sources.count { return sources }
        return try labels(of: alternatives)
    }

    /// Resolves `choose k of …`: a choice among the sums of k different alternatives, in the order of the text.
    private mutating func selection(
        of count: Int, _ options: [Term], _ labels: [String], _ number: SourceRange, at range: SourceRange
    ) throws(Failure) -> Term {
        guard (1...options.count).contains(count) else {
            throw fail(number, "cannot choose \(count) of \(options.count)", suggestion: "write a number from 1 to \(options.count)")
        }
        // Binomial coefficients grow up to the middle, so the first one above the limit decides.
        var ways = 1
        for chosen in 0..<min(count, options.count - count) {
            ways = ways * (options.count - chosen) / (chosen + 1)
            guard ways <= Self.mostSubsets else {
                throw fail(
                    range, "there are more than \(Self.mostSubsets) ways to choose \(count) of \(options.count)",
                    suggestion: "choose from fewer alternatives")
            }
        }
        var subsets: [[Int]] = [[]]
        for chosen in 1...count {
            let left = count - chosen
            subsets = subsets.flatMap { subset in ((subset.last ?? -1) + 1..<options.count - left).map { subset + [$0] } }
        }
        let sizes = options.map(\.size)
        try self.count(subsets.reduce(0) { $0 + $1.reduce(1) { $0 + sizes[$1] } }, at: range)
        let joined = subsets.map { $0.map { labels[$0] }.joined(separator: "-") }
        guard Set(joined).count == joined.count else {
            throw fail(
                range, "two selections have the same label after joining with hyphens",
                suggestion: "give the alternatives other labels: a: … | b: …")
        }
        return .choice(subsets.map { $0.count == 1 ? options[$0[0]] : .sum($0.map { options[$0] }, at: range) }, labels: joined, at: range)
    }

    /// Whether the space is too large or has so many errors that no more are reported.
    private var isGivenUp: Bool { terms > Self.mostTerms || diagnostics.count >= SpaceErrors.most }

    /// Counts expanded terms, so that unbounded growth is refused before it happens.
    private mutating func count(_ number: Int, at range: SourceRange) throws(Failure) {
        guard !isGivenUp else { throw Failure() }
        terms += number
        guard terms <= Self.mostTerms else {
            throw fail(
                range, "the ops expand to more than \(Self.mostTerms) layers", suggestion: "let the ops use each other less often")
        }
    }

    /// Whether an argument is an operation, and not a number, window or probability.
    private func isOperation(_ expression: ExpressionSyntax, _ scope: Scope) -> Bool {
        switch expression.kind {
        case .layer, .chain, .call, .application, .selection: return true
        case .integer, .decimal, .window, .missing: return false
        case .name(let name):
            if case .operation = scope.arguments[name] { return true }
            return scope.arguments[name] == nil && ops[name] != nil
        case .sum(let terms, _): return isOperation(terms[0], scope)
        case .product(let factors, _): return isOperation(factors[factors.count - 1], scope)
        case .choice(let alternatives): return isOperation(alternatives[0].expression, scope)
        }
    }

    private mutating func apply(
        _ function: ExpressionSyntax, _ arguments: [ExpressionSyntax], at range: SourceRange, _ scope: Scope
    ) throws(Failure) -> Term {
        let operation = try? self.function(function, scope)
        guard arguments.count == 1 else {
            throw fail(
                range, "an op applies to one value, not \(arguments.count)", suggestion: "join values with `+` or concat(…)")
        }
        let start = try value(arguments[0], scope)
        guard let operation else { throw Failure() }
        return named(start, .chain([start, operation]), arguments[0])
    }

    /// Names the layers of an edge after the edge's source value.
    private func named(_ start: Term, _ term: Term, _ expression: ExpressionSyntax) -> Term {
        guard case .variable = start, case .name(let name) = expression.kind else { return term }
        return .scope("from-\(name)", term)
    }

    private mutating func unknownValue(_ name: NameSyntax, _ scope: Scope) -> Failure {
        if ops[name.text] != nil {
            return fail(name.range, "`\(name.text)` is an operation and needs a value", suggestion: "apply it: \(name.text)(x)")
        }
        return fail(
            name.range, "unknown value `\(name.text)`",
            suggestion: Suggestion.didYouMean(name.text, among: scope.variables.keys)
                ?? "expected \(scope.variables.keys.sorted().map { "`\($0)`" }.alternatives())")
    }

    // MARK: Arguments

    private mutating func argument(_ expression: ExpressionSyntax, _ scope: Scope) throws(Failure) -> Argument {
        if isOperation(expression, scope) {
            let term = try function(expression, scope)
            return .operation(term, terms: term.size)
        }
        switch expression.kind {
        case .window(let window): return .window(window)
        case .decimal(let value): return .probability(value)
        case .name(let name):
            if let argument = scope.arguments[name] { return argument }
            return .number(try number(expression, scope))
        default: return .number(try number(expression, scope))
        }
    }

    mutating func number(_ expression: ExpressionSyntax, _ scope: Scope) throws(Failure) -> Number {
        switch expression.kind {
        case .integer(let value): return .literal(value)
        case .name("in"): return .inputChannels
        case .name("classes"): return .classes
        case .name("match"): return .match
        case .name(let name):
            if let argument = scope.arguments[name] {
                guard case .number(let number) = argument else {
                    throw fail(
                        expression.range, "expected a number, but `\(name)` is \(argument.kind) here",
                        suggestion: "pass a number for `\(name)` where this op is used")
                }
                return number
            }
            if settingNames.contains(name) { return .setting(name) }
            if ops[name] != nil || cells[name] != nil {
                throw fail(
                    expression.range, "`\(name)` is an operation, not a number",
                    suggestion: "declare a number with `setting`")
            }
            if mayBeDeclared(name) { throw Failure() }
            let known = settings.map(\.name) + Array(scope.arguments.keys) + ReservedWord.numbers
            throw fail(
                expression.range, "unknown number `\(name)`",
                suggestion: Suggestion.didYouMean(name, among: known) ?? "declare it with `setting \(name) = 1`")
        case .product(let terms, let signs), .sum(let terms, let signs):
            guard terms.count <= 16 else {
                throw fail(expression.range, "the expression has more than 16 numbers", suggestion: "declare part of it as a `setting`")
            }
            var value = try number(terms[0], scope)
            for (term, sign) in zip(terms.dropFirst(), signs) {
                guard let sign = Number.Operator(rawValue: sign) else { continue }
                value = .operation(sign, value, try number(term, scope))
            }
            guard value.size <= Number.mostParts else {
                throw fail(
                    expression.range, "the number has more than \(Number.mostParts) parts", suggestion: "declare part of it as a `setting`"
                )
            }
            return value
        case .decimal:
            throw fail(
                expression.range, "expected a whole number", suggestion: "decimal numbers are only for probabilities, as in dropout 0.2")
        case .window:
            throw fail(
                expression.range, "expected a number, found a window",
                suggestion: "a window comes directly after conv, avg-pool or max-pool: conv 3x3 stride 2")
        default: throw fail(expression.range, "expected a whole number", suggestion: "write it as 16, or as in 2 * channels")
        }
    }

    private mutating func plusOnly(_ signs: [String], at range: SourceRange) throws(Failure) {
        guard signs.allSatisfy({ $0 == "+" }) else {
            throw fail(
                range, "tensors cannot be subtracted",
                suggestion: "add them with `+`; numbers are subtracted in parentheses: conv 1x1 -> (in - 4)")
        }
    }

    /// Transforms all elements, even after an error, so that every error is reported.
    private mutating func map<Element>(_ elements: [Element], _ transform: (inout Resolver, Element) throws(Failure) -> Term)
        throws(Failure) -> [Term]
    {
        try mapAny(elements, transform)
    }

    private mutating func map(_ elements: [ExpressionSyntax], _ transform: (inout Resolver, ExpressionSyntax) throws(Failure) -> Number)
        throws(Failure) -> [Number]
    {
        try mapAny(elements, transform)
    }

    private mutating func mapAny<Element, Result>(_ elements: [Element], _ transform: (inout Resolver, Element) throws(Failure) -> Result)
        throws(Failure) -> [Result]
    {
        var results: [Result] = []
        for element in elements where !isGivenUp {
            if let result = try? transform(&self, element) { results.append(result) }
        }
        guard results.count == elements.count else { throw Failure() }
        return results
    }
}
