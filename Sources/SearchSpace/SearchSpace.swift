import Basics
import BigInt
import Foundation

/// A space of network architectures from a `.space` file, with an image shape, a number of classes and settings.
public struct SearchSpace: Sendable {
    public let name: String
    /// The shape of images: the file's default, unless a data set overrides it.
    public private(set) var image: FeatureShape
    public private(set) var classes: Int
    public private(set) var settings: [Setting]
    /// Warnings about the file, which is valid nevertheless.
    public let warnings: [Diagnostic]

    /// Bytes of one activation in ``peakActivationBytes(of:)``: 4 for single precision, 1 for 8-bit networks.
    public var bytesPerActivation = LayerGraph.bytesPerNumber

    /// Whether activations have 8 bits.
    public var countsInt8: Bool { bytesPerActivation == 1 }

    let syntax: SpaceSyntax
    /// The included files, in the order of their first mention.
    let included: [SpaceSyntax]
    let term: SpaceTerm
    let labels: LabelTable
    private let source: SourceFiles
    /// The decisions: the cells that the network uses, in the order of the file, then the network.
    private(set) var sections: [DecisionSection]
    private(set) var tree: DecisionTree
    /// The values that numbers outside cells refer to.
    private(set) var environment: Number.Environment
    /// The scale for requirements on cost, if networks are smaller or larger than those of the space; nil for the current scale.
    private(set) var target: (settings: [Setting], image: FeatureShape)?

    /// Parses and checks the text of a space file.
    ///
    /// - Parameters:
    ///   - text: The text of the file.
    ///   - file: The path of the file, for diagnostics.
    ///   - including: Returns the text and path of an included file by its name; nil if there is no such file.
    /// - Throws: ``SpaceErrors`` with all errors found.
    public static func parse(
        _ text: String, file: String, including: (String) -> (text: String, file: String)? = { _ in nil }
    ) throws -> SearchSpace {
        let read = SpaceFiles(text, file: file, including: including)
        var (term, diagnostics) = Resolver.resolve(read)
        if let term {
            do throws(SpaceProblem) {
                try ShapeCheck.check(term, image: term.image, classes: term.classes, settings: term.settings)
                try ReachCheck.check(term)
                let space = SearchSpace(term: term, read, warnings: diagnostics)
                if let problem = space.emptiness() { throw problem }
                return space
            } catch {
                diagnostics.append(read.source.diagnostic(.error, at: error.range, error.message, suggestion: error.suggestion))
            }
        }
        let inOrder = diagnostics.sorted { ($0.file == file ? 0 : 1, $0.line, $0.column) < ($1.file == file ? 0 : 1, $1.line, $1.column) }
        throw SpaceErrors(diagnostics: Array(inOrder.prefix(SpaceErrors.most)))
    }

    /// Reads a space file and the files that it includes from the same directory.
    /// - Throws: ``SpaceFileError`` if the file cannot be read, ``SpaceErrors`` if it has errors.
    public static func load(path: String) throws -> SearchSpace {
        let directory = (path as NSString).deletingLastPathComponent
        return try parse(try SpaceFiles.text(of: path), file: path) { name in
            let file = (directory as NSString).appendingPathComponent("\(name).ops")
            return (try? SpaceFiles.text(of: file)).map { ($0, file) }
        }
    }

    private init(term: SpaceTerm, _ files: SpaceFiles, warnings: [Diagnostic]) {
        name = term.name
        image = term.image
        classes = term.classes
        settings = term.settings
        self.warnings = warnings
        syntax = files.main
        included = files.included
        self.term = term
        source = files.source
        labels = LabelTable(term)
        sections = []
        tree = .all([])
        environment = Number.Environment(settings: [:], classes: classes)
        findDecisions()
    }

    /// The number of random architectures without a valid one after which a space counts as empty.
    private static let drawsForBounds = 2_000
    /// The total number of their layers after which a space counts as empty, even with fewer architectures.
    private static let layersForBounds = 2_000_000

    /// The problem of a space without valid architectures, or with so few that sampling would not find them.
    private func emptiness() -> SpaceProblem? {
        guard !term.requirements.isEmpty else { return nil }
        func problem(_ message: String) -> SpaceProblem {
            SpaceProblem(range: term.networkRange, message: message, suggestion: "relax a `require`")
        }
        if countOfChoices(term.requirements) == 0 { return problem("no architecture satisfies the requirements on choices") }
        var generator = SeededGenerator(seed: 0)
        var layers = 0
        var draws = 0
        while draws < Self.drawsForBounds, layers < Self.layersForBounds {
            var decisions: [UInt16] = []
            tree.sample(using: &generator, into: &decisions)
            if satisfiesRequirements(decisions) { return nil }
            draws += 1
            layers +=
                decisions.count
                + (term.requirements.allSatisfy(\.isOfChoices) ? 0 : graph(of: Architecture(decisions: decisions)).nodes.count)
        }
        return problem("none of \(draws) random architectures satisfies the requirements")
    }

    /// The same space for the images of another data set.
    /// - Parameters:
    ///   - image: the shape of the images.
    ///   - classes: the number of classes.
    ///   - values: other values of settings, by name.
    ///   - mayBeEmpty: whether to accept a space in which hardly an architecture satisfies the requirements, for a known architecture.
    /// - Throws: ``SpaceErrors`` if a layer does not fit.
    public func with(image: FeatureShape, classes: Int, values: [String: Int] = [:], mayBeEmpty: Bool = false) throws -> SearchSpace {
        if let problem = Self.problem(ofImage: image) { throw SpaceErrors(diagnostics: [diagnostic(at: term.networkRange, problem)]) }
        guard (2...65_536).contains(classes) else {
            throw SpaceErrors(diagnostics: [diagnostic(at: term.networkRange, "a classifier can have 2 to 65536 classes, not \(classes)")])
        }
        var copy = self
        copy.image = image
        copy.classes = classes
        try copy.set(values)
        try copy.settle()
        if !mayBeEmpty { try copy.checkThatSomeAreLeft() }
        return copy
    }

    /// The same space at other settings.
    /// - Throws: ``SettingError`` for an unknown name or an invalid value, ``SpaceErrors`` if a layer does not fit.
    public func with(settings changes: [(name: String, value: String)]) throws -> SearchSpace {
        var copy = self
        for change in changes {
            let (index, value) = try parsed(change)
            copy.settings[index].value = value
        }
        try copy.settle()
        try copy.checkThatSomeAreLeft()
        return copy
    }

    /// The same space with other values of settings for ``atProxyScale()``.
    /// - Throws: ``SettingError`` for an unknown name, or a value that is invalid or above that of the space.
    public func with(proxySettings changes: [(name: String, value: String)]) throws(SettingError) -> SearchSpace {
        var copy = self
        for change in changes {
            let (index, value) = try parsed(change)
            guard value <= settings[index].value else {
                throw SettingError(
                    space: name, name: change.name, value: change.value, reason: .outOfRange(largest: settings[index].value))
            }
            copy.settings[index].proxyValue = value
        }
        return copy
    }

    /// The place among the settings and the value of a change.
    private func parsed(_ change: (name: String, value: String)) throws(SettingError) -> (index: Int, value: Int) {
        let known = settings.map(\.name)
        func refusal(_ reason: SettingError.Reason) -> SettingError {
            SettingError(space: name, name: change.name, value: change.value, reason: reason)
        }
        guard let index = known.firstIndex(of: change.name) else {
            throw refusal(.unknown(suggestion: Suggestion.nearest(to: change.name, among: known), known: known))
        }
        guard let value = Int(change.value) else { throw refusal(.notANumber) }
        guard (1...Lexer.largestNumber).contains(value) else { throw refusal(.outOfRange(largest: Lexer.largestNumber)) }
        return (index, value)
    }

    /// The same space at the scale at which candidates are scored.
    ///
    /// A setting has its proxy value. Without one, it has the smallest value that learners take. Neither makes a setting larger.
    /// Requirements on cost still hold for the networks of the space itself.
    /// - Throws: ``SpaceErrors`` if a layer does not fit.
    public func atProxyScale() throws -> SearchSpace {
        var copy = self
        copy.target = target ?? (settings, image)
        for (index, setting) in settings.enumerated() {
            guard let value = setting.proxyValue ?? setting.learnerValues.min() else { continue }
            copy.settings[index].value = min(setting.value, value)
        }
        try copy.settle()
        return copy
    }

    /// The same space where networks have other values of settings.
    ///
    /// At the proxy scale, a setting changes in the same proportion, to the nearest whole number from 1 on at which every layer fits.
    /// - Parameter values: values at the scale of the space itself, by name.
    /// - Throws: ``SettingError`` for an unknown name or an invalid value, ``SpaceErrors`` if a layer does not fit.
    public func with(values: [String: Int]) throws -> SearchSpace {
        guard var target else {
            var copy = self
            try copy.set(values)
            try copy.settle()
            return copy
        }
        var copy = self
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            let index = try parsed((name, "\(value)")).index
            let scaled = max(1, Int((Double(settings[index].value * value) / Double(target.settings[index].value)).rounded()))
            target.settings[index].value = value
            copy.target = target
            copy = try copy.with(setting: index, near: scaled)
        }
        return copy
    }

    private mutating func set(_ values: [String: Int]) throws(SettingError) {
        for (name, value) in values { settings[try parsed((name, "\(value)")).index].value = value }
    }

    /// The same space with a setting at the nearest value at which every layer fits.
    private func with(setting index: Int, near value: Int) throws -> SearchSpace {
        var copy = self
        copy.settings[index].value = value
        do {
            try copy.settle()
            return copy
        } catch {
            for distance in 1...value {
                for near in [value - distance, value + distance] where near > 0 {
                    copy.settings[index].value = near
                    if (try? copy.settle()) != nil { return copy }
                }
            }
            throw error
        }
    }

    /// Whether architectures of this space and another one make the same decisions.
    public func hasDecisions(of other: SearchSpace) -> Bool { tree.isLike(other.tree) }

    /// The same space with random values for the settings that learners vary.
    /// - Throws: ``SpaceErrors`` if a layer does not fit.
    public func withRandomLearnerSettings(using generator: inout some RandomNumberGenerator) throws -> SearchSpace {
        var copy = self
        copy.target = target ?? (settings, image)
        for (index, setting) in settings.enumerated() {
            if let value = setting.learnerValues.randomElement(using: &generator) { copy.settings[index].value = value }
        }
        try copy.settle()
        return copy
    }

    private func checkThatSomeAreLeft() throws {
        guard let problem = emptiness() else { return }
        throw SpaceErrors(diagnostics: [diagnostic(at: problem.range, problem.message, suggestion: problem.suggestion)])
    }

    private mutating func settle() throws {
        do {
            try ShapeCheck.check(term, image: image, classes: classes, settings: settings)
        } catch {
            throw SpaceErrors(diagnostics: [diagnostic(at: error.range, error.message, suggestion: error.suggestion)])
        }
        findDecisions()
    }

    private mutating func findDecisions() {
        environment = Number.Environment(settings: Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0.value) }), classes: classes)
        sections = term.usedCells.map { index in
            let cell = term.cells[index]
            return DecisionSection(
                name: cell.name, groups: (cell.statements + [cell.result]).map { DecisionTree($0.term, settings: environment) })
        }
        sections.append(DecisionSection(name: "network", groups: term.network.map { DecisionTree($0.term, settings: environment) }))
        tree = .all(sections.map(\.tree))
    }

    private func diagnostic(at range: SourceRange, _ message: String, suggestion: String? = nil) -> Diagnostic {
        source.diagnostic(.error, at: range, message, suggestion: suggestion)
    }

    /// The reason why images of a shape are refused; nil if they are accepted.
    static func problem(ofImage shape: FeatureShape) -> String? {
        let bounds = 1...8192
        guard bounds.contains(shape.channels), bounds.contains(shape.height), bounds.contains(shape.width) else {
            return "channels, height and width of an image must be from 1 to 8192, not \(shape)"
        }
        return nil
    }
}
