/// Checks that the shapes of every architecture fit at an image and settings, by tracking the possible shapes at each place.
///
/// Alternatives may differ in shape if everything that follows accepts all of them. Each term of a sum and each value of a cell must have
/// a single shape.
struct ShapeCheck {
    /// The most different shapes at one place, more than any readable space has.
    static let mostShapes = 256

    /// The shapes of a map and of the map before it, for cells with several inputs.
    private struct State: Hashable {
        var shape: FeatureShape
        var previous: FeatureShape?
    }

    /// A choice whose alternatives differ in shape, for the message if a later layer does not fit.
    private struct Difference {
        var range: SourceRange
        var labels: (String, String)
        var shapes: (FeatureShape, FeatureShape)
    }

    private let space: SpaceTerm
    private var environment: Number.Environment
    private var variables: [FeatureShape] = []
    private var looseEnds = 1
    private var difference: Difference?
    private var steps = 0

    /// Throws the first problem of any architecture.
    static func check(_ space: SpaceTerm, image: FeatureShape, classes: Int, settings: [Setting]) throws(SpaceProblem) {
        var environment = Number.Environment(settings: [:], classes: classes)
        for setting in settings { environment.settings[setting.name] = setting.value }
        var check = ShapeCheck(space: space, environment: environment)
        var states = [State(shape: image)]
        for statement in space.network { states = try check.apply(statement.term, to: states) }
        for state in states where state.shape != FeatureShape(classes, 1, 1) {
            throw SpaceProblem(
                range: space.networkRange, message: "the network outputs \(state.shape), not one number for each of \(classes) classes",
                suggestion: state.shape.height * state.shape.width == 1
                    ? "end it with `linear classes`" : "end it with `global-avg-pool > linear classes`")
        }
    }

    private init(space: SpaceTerm, environment: Number.Environment) {
        self.space = space
        self.environment = environment
    }

    private mutating func apply(_ term: Term, to states: [State]) throws(SpaceProblem) -> [State] {
        var results: [State] = []
        for state in states {
            for result in try apply(term, to: state) where !results.contains(result) { results.append(result) }
            try checkNumber(of: results)
        }
        return results
    }

    private func checkNumber(of shapes: [State]) throws(SpaceProblem) {
        guard shapes.count <= Self.mostShapes else {
            throw SpaceProblem(
                range: space.networkRange,
                message: "the architectures differ too much: more than \(Self.mostShapes) shapes are possible at one place",
                suggestion: "let each part end with the same number of channels")
        }
    }

    private mutating func apply(_ term: Term, to state: State) throws(SpaceProblem) -> [State] {
        steps += 1
        guard steps <= Lowering.mostSteps else { throw Lowering.tooLarge(space) }
        func with(_ shape: FeatureShape) -> [State] { [State(shape: shape, previous: state.previous)] }
        switch term {
        case .layer(let template): return with(try template.placed(at: state.shape, environment).last!.output)
        case .variable(let index): return with(variables[index])
        case .scope(_, let inner): return try apply(inner, to: state)
        case .chain(let links):
            var states = [state]
            for link in links { states = try apply(link, to: states) }
            return states
        case .sum(let terms, let range):
            let shapes = try single(terms, state)
            guard shapes.allSatisfy({ $0 == shapes[0] }) else {
                let different = shapes.enumerated().filter { !shapes[..<$0.offset].contains($0.element) }.prefix(4).map(
                    \.element.description)
                throw SpaceProblem(
                    range: range, message: "cannot add \(different.joined(separator: " + "))",
                    suggestion: "the terms of a sum must have the same shape: give each the same stride and the same `->` channels")
            }
            return with(shapes[0])
        case .concatenation(let terms, let range): return with(try concatenation(try single(terms, state), range))
        case .looseEnds(let candidates, let range):
            return with(try concatenation(candidates.suffix(looseEnds).map { variables[$0] }, range))
        case .choice(let options, let labels, let range):
            var results: [State] = []
            for (option, label) in zip(options, labels) {
                for result in try apply(option, to: state) where !results.contains(result) {
                    if let first = results.first, first.shape != result.shape {
                        difference = Difference(range: range, labels: (labels[0], label), shapes: (first.shape, result.shape))
                    }
                    results.append(result)
                }
                try checkNumber(of: results)
            }
            return results
        case .repeated(let count, let body, let range):
            var states = [state]
            for _ in 0..<(try environment.value(of: count, "a repeat", 1...1000, at: range)) { states = try apply(body, to: states) }
            return states
        case .cell(let index, let parameters, let range): return [try cell(index, parameters, range, state)]
        }
    }

    /// The single shape of each of these terms, for all choices.
    private mutating func single(_ terms: [Term], _ state: State) throws(SpaceProblem) -> [FeatureShape] {
        var shapes: [FeatureShape] = []
        for term in terms { shapes.append(try single(term, state)) }
        return shapes
    }

    private mutating func single(_ term: Term, _ state: State) throws(SpaceProblem) -> FeatureShape {
        let states = try apply(term, to: state)
        if states.count > 1, let difference {
            throw SpaceProblem(
                range: difference.range,
                message:
                    """
                    the alternatives differ in shape: `\(difference.labels.0)` gives \(difference.shapes.0), `\(difference.labels.1)` \
                    gives \(difference.shapes.1)
                    """,
                suggestion: "give each the same stride and the same `->` channels")
        }
        return states[0].shape
    }

    private func concatenation(_ shapes: [FeatureShape], _ range: SourceRange) throws(SpaceProblem) -> FeatureShape {
        guard shapes.allSatisfy({ $0.height == shapes[0].height && $0.width == shapes[0].width }) else {
            throw SpaceProblem(
                range: range,
                message:
                    """
                    cannot concatenate \(shapes[0]) and \
                    \(shapes.first { $0.height != shapes[0].height || $0.width != shapes[0].width } ?? shapes[0])
                    """,
                suggestion: "height and width must be the same")
        }
        let joined = FeatureShape(shapes.reduce(0) { $0 + $1.channels }, shapes[0].height, shapes[0].width)
        guard joined.channels <= LayerTemplate.mostChannels, joined.elements <= LayerTemplate.mostElements else {
            throw SpaceProblem(
                range: range, message: "an output of \(joined) is too large", suggestion: "reduce its channels with `conv 1x1 -> c`")
        }
        return joined
    }

    private mutating func cell(_ index: Int, _ parameters: [Number], _ range: SourceRange, _ state: State) throws(SpaceProblem) -> State {
        let cell = space.cells[index]
        let outer = (environment, variables)
        defer { (environment, variables) = outer }
        environment.parameters = try environment.values(of: parameters, at: range)
        environment.target = state.shape
        variables = Array(repeating: state.previous ?? state.shape, count: cell.inputs - 1) + [state.shape]
        for statement in cell.statements { variables.append(try single(statement.term, state)) }
        var results: [FeatureShape] = []
        let possible = cell.result.term.looseEnds.map { $0.count } ?? 1
        if let candidates = cell.result.term.looseEnds {
            for value in candidates where variables[value] != variables[candidates[0]] {
                throw SpaceProblem(
                    range: cell.range,
                    message: "the loose ends of `\(cell.name)` differ in shape: \(variables[candidates[0]]) and \(variables[value])",
                    suggestion: "give each value the same stride and the same `->` channels")
            }
        }
        for count in 1...possible {
            looseEnds = count
            results.append(try single(cell.result.term, state))
        }
        guard results.allSatisfy({ $0 == results[0] }) else {
            throw SpaceProblem(
                range: cell.range,
                message: "`\(cell.name)` gives \(results[0]) with one loose end and \(results[results.count - 1]) with \(results.count)",
                suggestion: "give them one number of channels: concat(loose) > relu > conv 1x1 -> c > norm")
        }
        return State(shape: results[0], previous: state.shape)
    }
}

extension Number.Environment {
    func values(of parameters: [Number], at range: SourceRange) throws(SpaceProblem) -> [Int] {
        var values: [Int] = []
        for parameter in parameters { values.append(try value(of: parameter, "a cell's parameter", 1...Lexer.largestNumber, at: range)) }
        return values
    }
}

extension Term {
    /// The values that an inner `concat(loose)` may join; nil if there is none.
    var looseEnds: [Int]? {
        switch self {
        case .looseEnds(let candidates, _): candidates
        case .chain(let terms), .sum(let terms, _), .concatenation(let terms, _), .choice(let terms, _, _):
            terms.lazy.compactMap(\.looseEnds).first
        case .scope(_, let term), .repeated(_, let term, _): term.looseEnds
        case .layer, .cell, .variable: nil
        }
    }
}
