import Basics

/// Converts tokens to syntax. After an error it continues at the next statement or declaration, so that one run finds several errors.
struct Parser {
    /// The deepest nesting. Deeper text is unreadable, and the limit lets later stages recurse safely.
    static let deepestNesting = 24

    /// The most statements in one block, more than any published network has.
    static let mostStatements = 1_000

    /// An error that was reported. Parsing continues at the next safe place.
    struct Failure: Error {}

    let source: SourceText
    private let tokens: [Token]
    private var position = 0
    /// All comments, each with the position of the token that follows it.
    private let comments: [(token: Int, comment: Comment)]
    private var takenComments = 0
    private var brokenNames: Set<String> = []
    /// Whether an error just made the parser skip to the next statement.
    private var hasSkipped = false
    /// The lines with errors of the lexer, counted from 0.
    private let unreadLines: Set<Int>
    var depth = 0
    private(set) var diagnostics: [Diagnostic]

    private init(_ source: SourceText) {
        self.source = source
        (tokens, diagnostics) = Lexer.tokens(of: source)
        unreadLines = Set(diagnostics.map { $0.line - 1 })
        comments = tokens.enumerated().flatMap { token in token.element.comments.map { (token.offset, $0) } }
    }

    static func parse(_ source: SourceText) -> (syntax: SpaceSyntax, diagnostics: [Diagnostic]) {
        var parser = Parser(source)
        let syntax = parser.space()
        return (syntax, parser.diagnostics)
    }

    // MARK: Declarations

    private mutating func space() -> SpaceSyntax {
        var syntax = SpaceSyntax()
        while current.kind != .endOfFile {
            let start = position
            do {
                syntax.declarations.append(try declaration())
            } catch {
                if position == start || !startsDeclaration() { skipToDeclaration() }
            }
        }
        syntax.brokenNames = brokenNames
        syntax.closingComments = takeComments(before: position + 1)
        return syntax
    }

    private mutating func declaration() throws -> DeclarationSyntax {
        let keyword = current
        guard keyword.kind == .name, ReservedWord.declarations.contains(keyword.text) else {
            let words = ReservedWord.declarations
            throw fail(
                at: keyword.range, "expected a declaration, found \(describe(keyword))",
                suggestion: (keyword.kind == .name ? Suggestion.didYouMean(keyword.text, among: words) : nil)
                    ?? "a declaration starts with \(words.alternatives())")
        }
        let leading = takeComments(before: position + 1)
        advance()
        var closing: [String] = []
        let kind: DeclarationSyntax.Kind
        switch keyword.text {
        case "space": kind = .space(try name("the name of the space", reserved: true))
        case "image": kind = .image(try imageShape())
        case "classes": kind = .classes(try integer("the number of classes"))
        case "setting": kind = try setting()
        case "op": kind = try op()
        case "cell": kind = try cell(&closing)
        case "network": kind = .network(try statements("the network", closing: &closing) { try $0.networkStatement() })
        case "include": kind = .include(try name("the name of a file, without its `.ops`", reserved: true))
        case "require": kind = .require(try requirement())
        default: kind = .foreign(try name("the name of a foreign notation", reserved: true))
        }
        let comments = CommentsSyntax(leading: leading + takeComments(before: position), trailing: takeTrailingComment())
        return DeclarationSyntax(kind: kind, keyword: keyword.range, comments: comments, closingComments: closing)
    }

    private mutating func imageShape() throws -> FeatureShape {
        guard case .dimensions(let values) = current.kind, values.count == 3 else {
            throw fail(
                at: current.range, "expected the image's channels x height x width, found \(describe(current))",
                suggestion: "write it as in `image 3x32x32`")
        }
        advance()
        return FeatureShape(values[0], values[1], values[2])
    }

    private mutating func setting() throws -> DeclarationSyntax.Kind {
        try named("the setting's name") { (parser, name) in
            try parser.expect("=", "after the setting's name")
            let value = try parser.integer("the setting's value")
            // `proxy` is no reserved word: only a value can come before it here.
            let proxy = parser.take("proxy") ? try parser.integer("the value at which candidates are scored") : nil
            var learners: [Int] = []
            if parser.take("learners") {
                repeat { learners.append(try parser.integer("a value that learners take")) } while parser.take("|")
            }
            return .setting(name, value: value, proxy: proxy, learners: learners)
        }
    }

    /// Parses a declaration after its keyword. Records its name if the rest is invalid.
    private mutating func named(
        _ what: String, _ rest: (inout Parser, NameSyntax) throws -> DeclarationSyntax.Kind
    ) throws -> DeclarationSyntax.Kind {
        let name = try name(what)
        do {
            return try rest(&self, name)
        } catch {
            brokenNames.insert(name.text)
            throw error
        }
    }

    private mutating func op() throws -> DeclarationSyntax.Kind {
        try named("the operation's name") { (parser, name) in
            var parameters: [NameSyntax] = []
            if parser.take("(") {
                parameters = try parser.names("a parameter's name")
                try parser.expect(")", "after the parameters")
            }
            try parser.expect("=", "before the operation's definition")
            return .op(name, parameters: parameters, body: try parser.expression())
        }
    }

    private mutating func cell(_ closing: inout [String]) throws -> DeclarationSyntax.Kind {
        try named("the cell's name") { (parser, name) in
            try parser.expect("(", "before the cell's inputs")
            let inputs = try parser.names("an input's name")
            let parameters = parser.take(";") ? try parser.names("a parameter's name") : []
            try parser.expect(")", "after the cell's inputs")
            let statements = try parser.statements("the cell", closing: &closing) { try $0.cellStatement() }
            return .cell(name, inputs: inputs, parameters: parameters, statements: statements)
        }
    }

    private mutating func names(_ what: String) throws -> [NameSyntax] {
        var names = [try name(what)]
        while take(",") { names.append(try name(what)) }
        return names
    }

    // MARK: Statements

    private mutating func statements(
        _ what: String, closing: inout [String], _ statement: (inout Parser) throws -> StatementSyntax
    ) throws -> [StatementSyntax] {
        let brace = current
        try expect("{", "before the body of \(what)")
        var statements: [StatementSyntax] = []
        hasSkipped = false
        while !at("}") {
            if current.kind == .endOfFile || startsDeclaration() {
                throw fail(at: brace.range, "the brace is never closed", suggestion: "close \(what) with `}`")
            }
            do {
                let line = position > 0 ? tokens[position - 1].line : 0
                if !statements.isEmpty, !hasSkipped, !take(";"), current.line == line {
                    throw fail(
                        at: current.range, "expected `>`, `+`, `|` or a new line, found \(describe(current))",
                        suggestion: "connect layers with `>`: relu > conv 3x3 > norm")
                }
                hasSkipped = false
                if statements.count == Self.mostStatements {
                    throw fail(
                        at: current.range, "\(what) has more than \(Self.mostStatements) lines",
                        suggestion: "use repeats: 3 * body")
                }
                statements.append(try statement(&self))
            } catch {
                skipToStatement()
            }
        }
        closing = takeComments(before: position + 1)
        advance()
        return statements
    }

    private mutating func cellStatement() throws -> StatementSyntax {
        let leading = takeComments(before: position + 1)
        let start = current.range
        var target: NameSyntax?
        if !take("return") {
            guard current.kind == .name, !ReservedWord.isReserved(current.text) else {
                throw fail(
                    at: current.range, "expected a name or `return`, found \(describe(current))",
                    suggestion: "each line of a cell is `name = …`, and the last is `return …`")
            }
            target = try name("a name")
            try expect("=", "after the name")
        }
        return finish(target, from: start, leading)
    }

    private mutating func networkStatement() throws -> StatementSyntax {
        let leading = takeComments(before: position + 1)
        let start = current.range
        var label: NameSyntax?
        if current.kind == .name, next.text == ":" {
            label = try name("a label")
            advance()
        }
        return finish(label, from: start, leading)
    }

    private mutating func finish(_ name: NameSyntax?, from start: SourceRange, _ leading: [String]) -> StatementSyntax {
        let expression: ExpressionSyntax
        do {
            expression = try self.expression()
        } catch {
            // Keeps the statement, so that later statements know its name.
            skipToStatement()
            expression = ExpressionSyntax(kind: .missing, range: start)
        }
        let comments = CommentsSyntax(leading: leading + takeComments(before: position), trailing: takeTrailingComment())
        return StatementSyntax(name: name, expression: expression, range: start.joined(with: expression.range), comments: comments)
    }

    // MARK: Tokens

    var current: Token { tokens[position] }
    var next: Token { tokens[min(position + 1, tokens.count - 1)] }
    var previous: Token { tokens[max(position - 1, 0)] }

    mutating func advance() {
        if position < tokens.count - 1 { position += 1 }
    }

    /// Takes the remaining comments before the token at `end`. Each comment belongs to one declaration or statement.
    private mutating func takeComments(before end: Int, atMost most: Int = .max) -> [String] {
        var texts: [String] = []
        while takenComments < comments.count, comments[takenComments].token < end, texts.count < most {
            texts.append(comments[takenComments].comment.text)
            takenComments += 1
        }
        return texts
    }

    /// Takes the comment after the previous token on the same line.
    private mutating func takeTrailingComment() -> String? {
        guard takenComments < comments.count, comments[takenComments].token == position,
            comments[takenComments].comment.line == previous.line
        else { return nil }
        return takeComments(before: position + 1, atMost: 1).first
    }

    func at(_ text: String) -> Bool {
        (current.kind == .sign || current.kind == .name) && current.text == text
    }

    mutating func take(_ text: String) -> Bool {
        guard at(text) else { return false }
        advance()
        return true
    }

    mutating func expect(_ sign: String, _ place: String) throws {
        guard take(sign) else { throw fail(at: current.range, "expected `\(sign)` \(place), found \(describe(current))") }
    }

    mutating func integer(_ what: String) throws -> Int {
        guard case .integer(let value) = current.kind else {
            throw fail(at: current.range, "expected \(what), a whole number, found \(describe(current))")
        }
        advance()
        return value
    }

    mutating func name(_ what: String, reserved: Bool = false) throws -> NameSyntax {
        let token = current
        guard token.kind == .name else { throw fail(at: token.range, "expected \(what), found \(describe(token))") }
        guard reserved || !ReservedWord.isReserved(token.text) else {
            throw fail(
                at: token.range, "expected \(what), found `\(token.text)`, a reserved word", suggestion: "choose another name")
        }
        advance()
        return NameSyntax(text: token.text, range: token.range)
    }

    func describe(_ token: Token) -> String {
        token.kind == .endOfFile ? "the end of the file" : "`\(token.text.prefix(40))`"
    }

    mutating func fail(at range: SourceRange, _ message: String, suggestion: String? = nil) -> Failure {
        // Characters that the lexer skipped would cause further errors on their line.
        if diagnostics.count < SpaceErrors.most, !unreadLines.contains(source.line(at: range.start)) {
            diagnostics.append(source.diagnostic(.error, at: range, message, suggestion: suggestion))
        }
        return Failure()
    }

    // MARK: Error recovery

    func startsDeclaration() -> Bool {
        current.kind == .name && ReservedWord.declarations.contains(current.text) && (position == 0 || previous.line < current.line)
    }

    private mutating func skipToDeclaration() {
        repeat { advance() } while current.kind != .endOfFile && !startsDeclaration()
    }

    private mutating func skipToStatement() {
        hasSkipped = true
        // Skips at least to the next line. A closing brace always ends the block.
        let line = current.line
        while current.kind != .endOfFile, !at("}"), !startsDeclaration(), current.line == line { advance() }
        // A line that starts with an operator still belongs to the invalid statement.
        while [">", "+", "|", ")", ",", "->"].contains(current.text) {
            let line = current.line
            while current.kind != .endOfFile, !at("}"), current.line == line { advance() }
            if at("}") { break }
        }
    }
}
