import Basics

/// Resolves all names of a parsed space, expands its ops and reports errors.
struct Resolver {
    /// The most layers after expansion of ops. It stops ops that use each other twice from growing exponentially.
    static let mostTerms = 50_000

    /// An error that was reported. The enclosing expression is abandoned.
    struct Failure: Error {}

    struct Op {
        var name: NameSyntax
        var parameters: [NameSyntax]
        var body: ExpressionSyntax
    }

    struct Cell {
        var name: NameSyntax
        var inputs: [NameSyntax]
        var parameters: [NameSyntax]
        var statements: [StatementSyntax]
    }

    /// The meaning of names at one place.
    struct Scope {
        var arguments: [String: Argument] = [:]
        /// The values of the cell by name; empty outside cells.
        var variables: [String: Int] = [:]
        /// The values that `loose` may join; nil where `loose` is not allowed.
        var looseEnds: [Int]?
        /// The names of the ops under expansion, outermost first.
        var ops: [String] = []
        /// Whether the outermost op is in the network. Only the network can use cells.
        var isNetwork = false
    }

    let source: SourceFiles
    var diagnostics: [Diagnostic] = []
    var ops: [String: Op] = [:]
    var cells: [String: Int] = [:]
    var cellSyntax: [Cell] = []
    var settings: [Setting] = []
    var settingNames: Set<String> = []
    var usedOps: Set<String> = []
    var usedVariables: Set<Int> = []
    var terms = 0

    /// The names of invalid declarations.
    private let brokenNames: Set<String>
    /// Whether all included files were found, so that an unknown name is an error.
    private let isComplete: Bool
    /// Whether the parser found no errors.
    private let isWhollyRead: Bool

    private init(_ files: SpaceFiles) {
        source = files.source
        diagnostics = files.diagnostics
        brokenNames = files.whole.brokenNames
        isComplete = files.isComplete
        isWhollyRead = files.diagnostics.isEmpty
    }

    /// The space, or nil if it has errors, with all diagnostics including the parser's. Errors that follow from earlier ones are not
    /// reported.
    static func resolve(_ files: SpaceFiles) -> (space: SpaceTerm?, diagnostics: [Diagnostic]) {
        var resolver = Resolver(files)
        let space = resolver.space(files.whole)
        return (space, resolver.diagnostics)
    }

    /// Whether an unknown name may have been declared in an unreadable part.
    func mayBeDeclared(_ name: String) -> Bool { !isComplete || brokenNames.contains(name) }

    // MARK: Declarations

    private mutating func space(_ syntax: SpaceSyntax) -> SpaceTerm? {
        var name: NameSyntax?
        var image: FeatureShape?
        var classes: Int?
        var network: (statements: [StatementSyntax], range: SourceRange)?
        var foreign: NameSyntax?
        var declared: [String: SourceRange] = [:]
        var requirements: [RequirementSyntax] = []
        for declaration in syntax.declarations {
            switch declaration.kind {
            case .space(let new):
                once(name?.text, "space", declaration)
                name = name ?? new
            case .image(let shape):
                once(image, "image", declaration)
                image = image ?? shape
                check(shape, at: declaration.keyword)
            case .classes(let number):
                once(classes, "classes", declaration)
                classes = classes ?? number
                if number < 2 {
                    report(declaration.keyword, "a classifier needs at least 2 classes", suggestion: "write it as in `classes 10`")
                }
            case .setting(let name, let value, let proxy, let learners):
                declare(name, &declared)
                for number in [value] + (proxy.map { [$0] } ?? []) + learners where number < 1 {
                    report(
                        name.range, "a setting must be at least 1, not \(number)",
                        suggestion: "make a part optional with a choice: part | identity")
                }
                let file = source.file(of: name.range)
                let place = "\(file.file):\(file.line(at: name.range.start) + 1)"
                settingNames.insert(name.text)
                settings.append(Setting(name: name.text, value: value, proxyValue: proxy, learnerValues: learners, declared: place))
            case .op(let name, let parameters, let body):
                declare(name, &declared)
                distinct(parameters)
                ops[name.text] = ops[name.text] ?? Op(name: name, parameters: parameters, body: body)
            case .cell(let name, let inputs, let parameters, let statements):
                declare(name, &declared)
                distinct(inputs + parameters)
                if cells[name.text] == nil {
                    cells[name.text] = cellSyntax.count
                    cellSyntax.append(Cell(name: name, inputs: inputs, parameters: parameters, statements: statements))
                }
            case .network(let statements):
                once(network?.range, "network", declaration)
                network = network ?? (statements, declaration.keyword)
            case .foreign(let name):
                once(foreign?.text, "foreign", declaration)
                foreign = name
            case .require(let requirement): requirements.append(requirement)
            case .include: break
            }
        }
        let end = source.main.end
        // The missing declaration may be an invalid one.
        guard isWhollyRead || name != nil && image != nil && classes != nil && network != nil else {
            for index in cellSyntax.indices { _ = cell(cellSyntax[index]) }
            if let network { _ = self.network(network.statements, at: network.range) }
            return nil
        }
        if name == nil {
            report(SourceRange(start: 0, end: 0), "the space has no name", suggestion: "begin the file with `space NAME`")
        }
        if image == nil {
            report(end, "the space has no image", suggestion: "add a default such as `image 3x32x32`; a data set overrides it")
        }
        if classes == nil {
            report(end, "the space has no classes", suggestion: "add a default such as `classes 10`; a data set overrides it")
        }
        let resolvedCells = cellSyntax.map { cell($0) }
        guard let network else {
            report(end, "the space has no network", suggestion: "add `network { … }`, from the image to `linear classes`")
            return nil
        }
        let statements = self.network(network.statements, at: network.range)
        let used = statements.reduce(into: Set<Int>()) { $0.formUnion($1.term.cells) }
        warnAboutUnused(used)
        let notation = foreign.flatMap { self.foreign($0, resolvedCells, used.sorted(), statements) }
        let requirementTerms = requirements.compactMap { requirement($0, resolvedCells, used, statements) }
        let complete = resolvedCells.compactMap(\.self)
        guard let name, let image, let classes, complete.count == cellSyntax.count, !diagnostics.contains(where: { $0.severity == .error })
        else { return nil }
        return SpaceTerm(
            name: name.text, image: image, classes: classes, settings: settings, cells: complete, usedCells: used.sorted(),
            network: statements, networkRange: network.range, foreign: notation, requirements: requirementTerms)
    }

    private mutating func once(_ earlier: Any?, _ word: String, _ declaration: DeclarationSyntax) {
        if earlier != nil { report(declaration.keyword, "a second `\(word)`", suggestion: "a space has one; delete this or the first") }
    }

    private mutating func check(_ shape: FeatureShape, at range: SourceRange) {
        if let problem = SearchSpace.problem(ofImage: shape) { report(range, problem) }
    }

    private mutating func declare(_ name: NameSyntax, _ declared: inout [String: SourceRange]) {
        if let earlier = declared[name.text] {
            report(
                name.range, "`\(name.text)` is declared twice",
                suggestion: "the first declaration is on \(source.place(of: earlier, seenFrom: name.range)); choose another name")
        } else {
            declared[name.text] = name.range
        }
    }

    private mutating func distinct(_ names: [NameSyntax]) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name.text).inserted {
            report(name.range, "`\(name.text)` is used as a name twice", suggestion: "choose another name")
        }
    }

    private mutating func warnAboutUnused(_ cellsUsed: Set<Int>) {
        guard !diagnostics.contains(where: { $0.severity == .error }) else { return }
        // An included file may contain more than one space needs.
        for op in ops.values where !usedOps.contains(op.name.text) && source.file(of: op.name.range).base == 0 {
            warn(op.name.range, "the op `\(op.name.text)` is never used")
        }
        for (index, cell) in cellSyntax.enumerated() where !cellsUsed.contains(index) && source.file(of: cell.name.range).base == 0 {
            warn(cell.name.range, "the cell `\(cell.name.text)` is never used")
        }
    }

    // MARK: Cells and the network

    private mutating func cell(_ syntax: Cell) -> CellTerm? {
        var scope = Scope()
        for (index, input) in syntax.inputs.enumerated() { scope.variables[input.text] = index }
        for (index, parameter) in syntax.parameters.enumerated() { scope.arguments[parameter.text] = .number(.parameter(index)) }
        usedVariables = []
        var statements: [CellTerm.Statement] = []
        var places: [(name: NameSyntax, index: Int)] = zip(syntax.inputs, 0...).map { ($0, $1) }
        var result: CellTerm.Statement?
        var failed = false
        for statement in syntax.statements {
            if result != nil {
                report(statement.range, "nothing can follow `return`", suggestion: "move this above it")
                return nil
            }
            // Values without choices only prepare the inputs of the cell.
            scope.looseEnds =
                statement.name == nil ? statements.indices.filter { statements[$0].term.hasChoices }.map { $0 + syntax.inputs.count } : nil
            let term = try? value(statement.expression, scope)
            failed = failed || term == nil
            guard let name = statement.name else {
                result = CellTerm.Statement(name: "return", term: term ?? .chain([]))
                continue
            }
            if scope.variables[name.text] != nil || scope.arguments[name.text] != nil {
                report(name.range, "`\(name.text)` already has a value", suggestion: "give this one another name")
                failed = true
                continue
            }
            if ops[name.text] != nil || cells[name.text] != nil {
                report(name.range, "`\(name.text)` is the name of an operation", suggestion: "give this value another name")
                failed = true
                continue
            }
            // The name is known even if its value is invalid, so that one mistake gives one error.
            scope.variables[name.text] = syntax.inputs.count + statements.count
            places.append((name, syntax.inputs.count + statements.count))
            statements.append(CellTerm.Statement(name: name.text, term: term ?? .chain([])))
        }
        guard let result else {
            // An invalid line may have been the `return`.
            if isWhollyRead {
                report(syntax.name.range, "the cell `\(syntax.name.text)` returns nothing", suggestion: "end it with `return` and a value")
            }
            return nil
        }
        guard !failed else { return nil }
        for place in places where !usedVariables.contains(place.index) {
            warn(place.name.range, "`\(place.name.text)` is never used", suggestion: "its choices have no effect")
        }
        return CellTerm(
            name: syntax.name.text, inputNames: syntax.inputs.map(\.text), parameters: syntax.parameters.count, statements: statements,
            result: result,
            range: syntax.name.range)
    }

    private mutating func network(_ statements: [StatementSyntax], at range: SourceRange) -> [SpaceTerm.NetworkStatement] {
        if statements.isEmpty { report(range, "the network is empty", suggestion: "write the layers from the image to `linear classes`") }
        distinct(statements.compactMap(\.name))
        return statements.compactMap { statement in
            guard let term = try? function(statement.expression, Scope(isNetwork: true)) else { return nil }
            return SpaceTerm.NetworkStatement(label: statement.name?.text, term: statement.name == nil ? term : Self.withoutScope(term))
        }
    }

    /// The term without the scope of its op. A labeled statement is named only by its label.
    static func withoutScope(_ term: Term) -> Term {
        if case .scope(_, let inner) = term { inner } else { term }
    }

    private mutating func foreign(
        _ name: NameSyntax, _ cells: [CellTerm?], _ used: [Int], _ network: [SpaceTerm.NetworkStatement]
    ) -> ForeignNotation? {
        guard let kind = ForeignNotation.Kind(rawValue: name.text) else {
            let known = ForeignNotation.Kind.allCases.map(\.rawValue)
            report(
                name.range, "unknown foreign notation `\(name.text)`",
                suggestion: Suggestion.didYouMean(name.text, among: known) ?? "expected \(known.map { "`\($0)`" }.alternatives())"
            )
            return nil
        }
        let complete = used.compactMap { cells[$0] }
        guard complete.count == used.count, !diagnostics.contains(where: { $0.severity == .error }) else { return nil }
        do {
            return try ForeignNotation(kind, complete, network.map(\.term))
        } catch {
            report(name.range, "the space has no \(kind.title) notation: \(error.problem)", suggestion: error.remedy)
            return nil
        }
    }

    private mutating func requirement(
        _ syntax: RequirementSyntax, _ cells: [CellTerm?], _ used: Set<Int>, _ network: [SpaceTerm.NetworkStatement]
    ) -> Requirement? {
        let range = syntax.isUpperBound ? 0...syntax.bound : syntax.bound...Int.max
        switch syntax.subject {
        case .parameters: return .parameters(range)
        case .macs: return .macs(range)
        case .choices(let labels, let cell):
            if let cell, self.cells[cell.text].map({ used.contains($0) }) != true {
                guard !mayBeDeclared(cell.text) else { return nil }
                report(
                    cell.range, "the network uses no cell `\(cell.text)`",
                    suggestion: Suggestion.didYouMean(cell.text, among: self.cells.keys))
                return nil
            }
            var terms: [Term] = cell == nil ? network.map(\.term) : []
            for index in used where cell == nil || self.cells[cell!.text] == index {
                if let complete = cells[index] { terms += (complete.statements + [complete.result]).map(\.term) }
            }
            let known = terms.reduce(into: Set<String>()) { $0.formUnion($1.labels) }
            var isKnown = true
            for label in labels where !known.contains(label.text) && !diagnostics.contains(where: { $0.severity == .error }) {
                report(
                    label.range, "no alternative has the label `\(label.text)`",
                    suggestion: Suggestion.didYouMean(label.text, among: known)
                        ?? "the labels are \(known.sorted().prefix(12).joined(separator: ", "))")
                isKnown = false
            }
            return isKnown ? .choices(Set(labels.map(\.text)), section: cell?.text, in: range) : nil
        }
    }

    // MARK: Reporting

    mutating func report(_ range: SourceRange, _ message: String, suggestion: String? = nil) {
        guard diagnostics.count < SpaceErrors.most else { return }
        let diagnostic = source.diagnostic(.error, at: range, message, suggestion: suggestion)
        // An op is expanded at each use and would report the same error each time.
        if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
    }

    private mutating func warn(_ range: SourceRange, _ message: String, suggestion: String? = nil) {
        guard diagnostics.count < SpaceErrors.most else { return }
        diagnostics.append(source.diagnostic(.warning, at: range, message, suggestion: suggestion))
    }

    mutating func fail(_ range: SourceRange, _ message: String, suggestion: String? = nil) -> Failure {
        report(range, message, suggestion: suggestion)
        return Failure()
    }
}
