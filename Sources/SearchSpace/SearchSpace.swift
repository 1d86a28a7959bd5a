import BigInt
import Foundation

/// A space of networks, read from a `.space` file, at one image shape, number of classes and choice of settings.
public struct SearchSpace: Sendable {
    public let name: String
    /// The file's default, unless a data set overrides it.
    public private(set) var image: FeatureShape
    public private(set) var classes: Int
    public private(set) var settings: [Setting]
    /// What is doubtful in the file, but no mistake.
    public let warnings: [Diagnostic]

    let syntax: SpaceSyntax
    let term: SpaceTerm
    let labels: LabelTable
    private let source: SourceText
    /// What is to decide: the cells that the network uses, in the file's order, then the network.
    private(set) var sections: [DecisionSection]
    private(set) var tree: DecisionTree

    /// Throws ``SpaceErrors`` with all errors that one pass finds.
    public static func parse(_ text: String, file: String) throws -> SearchSpace {
        let source = SourceText(text, file: file)
        let (syntax, mistakes) = Parser.parse(source)
        let (term, findings) = Resolver.resolve(syntax, source)
        var diagnostics = mistakes.isEmpty ? findings : mistakes
        if mistakes.isEmpty, let term {
            do {
                try Lowering.check(term, image: term.image, classes: term.classes, settings: term.settings)
                return SearchSpace(term: term, syntax: syntax, source: source, warnings: findings)
            } catch {
                diagnostics.append(source.diagnostic(.error, at: error.range, error.message, suggestion: error.suggestion))
            }
        }
        throw SpaceErrors(diagnostics: diagnostics.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }

    /// Throws ``SpaceFileError`` when the file cannot be read, ``SpaceErrors`` when it is wrong.
    public static func load(path: String) throws -> SearchSpace {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw SpaceFileError(path: path, reason: .missing) }
        guard !isDirectory.boolValue else { throw SpaceFileError(path: path, reason: .directory) }
        guard let data = FileManager.default.contents(atPath: path) else { throw SpaceFileError(path: path, reason: .unreadable) }
        guard data.count <= 1 << 20 else { throw SpaceFileError(path: path, reason: .tooLarge) }
        guard let text = String(data: data, encoding: .utf8) else { throw SpaceFileError(path: path, reason: .notText) }
        return try parse(text, file: path)
    }

    private init(term: SpaceTerm, syntax: SpaceSyntax, source: SourceText, warnings: [Diagnostic]) {
        name = term.name
        image = term.image
        classes = term.classes
        settings = term.settings
        self.warnings = warnings
        self.syntax = syntax
        self.term = term
        self.source = source
        labels = LabelTable(term)
        sections = []
        tree = .all([])
        findDecisions()
    }

    /// The same space for images of another data set. Throws ``SpaceErrors`` when a layer does not fit.
    public func with(image: FeatureShape, classes: Int) throws -> SearchSpace {
        if let problem = Self.problem(ofImage: image) { throw SpaceErrors(diagnostics: [diagnostic(at: term.networkRange, problem)]) }
        guard (2...65_536).contains(classes) else {
            throw SpaceErrors(diagnostics: [diagnostic(at: term.networkRange, "a classifier has 2 to 65536 classes, not \(classes)")])
        }
        var copy = self
        copy.image = image
        copy.classes = classes
        try copy.settle()
        return copy
    }

    /// The same space at other settings. Throws ``SettingError`` for an unknown name or a wrong value, ``SpaceErrors`` when a layer does not fit.
    public func with(settings changes: [(name: String, value: String)]) throws -> SearchSpace {
        var copy = self
        for change in changes {
            let known = settings.map(\.name)
            guard let index = known.firstIndex(of: change.name) else {
                throw SettingError(
                    space: name, name: change.name, value: change.value,
                    reason: .unknown(suggestion: Suggestion.nearest(to: change.name, among: known), known: known))
            }
            guard let value = Int(change.value) else { throw SettingError(space: name, name: change.name, value: change.value, reason: .notANumber) }
            guard (1...Lexer.largestNumber).contains(value) else {
                throw SettingError(space: name, name: change.name, value: change.value, reason: .outOfRange(largest: Lexer.largestNumber))
            }
            copy.settings[index].value = value
        }
        try copy.settle()
        return copy
    }

    /// The same space with each setting that learners vary at one of its values, at random. Throws ``SpaceErrors`` when a layer does not fit.
    public func withRandomLearnerSettings(using generator: inout some RandomNumberGenerator) throws -> SearchSpace {
        var copy = self
        for (index, setting) in settings.enumerated() {
            if let value = setting.learnerValues.randomElement(using: &generator) { copy.settings[index].value = value }
        }
        try copy.settle()
        return copy
    }

    private mutating func settle() throws {
        do {
            try Lowering.check(term, image: image, classes: classes, settings: settings)
        } catch {
            throw SpaceErrors(diagnostics: [diagnostic(at: error.range, error.message, suggestion: error.suggestion)])
        }
        findDecisions()
    }

    private mutating func findDecisions() {
        let environment = environment
        sections = term.usedCells.map { index in
            let cell = term.cells[index]
            return DecisionSection(name: cell.name, groups: (cell.statements + [cell.result]).map { DecisionTree($0.term, settings: environment) })
        }
        sections.append(DecisionSection(name: "network", groups: term.network.map { DecisionTree($0.term, settings: environment) }))
        tree = .all(sections.map(\.tree))
    }

    var environment: Number.Environment {
        Number.Environment(settings: Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.value) }), classes: classes)
    }

    private func diagnostic(at range: SourceRange, _ message: String, suggestion: String? = nil) -> Diagnostic {
        source.diagnostic(.error, at: range, message, suggestion: suggestion)
    }

    /// Why images of a shape are refused, if they are.
    static func problem(ofImage shape: FeatureShape) -> String? {
        let bounds = 1...8192
        guard bounds.contains(shape.channels), bounds.contains(shape.height), bounds.contains(shape.width) else {
            return "an image has 1 to 8192 channels, height and width, not \(shape)"
        }
        return nil
    }
}
