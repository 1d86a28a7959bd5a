extension LayerTemplate {
    /// Multiply-accumulates of one layer; keeps sums of costs far from overflow.
    static let mostOperations = 10_000_000_000_000
    static let mostChannels = 65_536
    /// Numbers in one map of one image.
    static let mostElements = 1 << 30

    /// One layer of what a template comes to at a shape.
    struct Placed {
        var layer: Layer
        var output: FeatureShape
        var name: String
        /// Whether it takes the template's own input too, before the layer in front of it.
        var readsInputToo = false
    }

    /// The layers at an input's shape, each after the other: most often one.
    func placed(at shape: FeatureShape, _ numbers: Number.Environment) throws(SpaceProblem) -> [Placed] {
        try primitive.layers(LayerPlace(self, shape, numbers))
    }
}

/// A template at an input's shape, with its numbers as values within bounds.
struct LayerPlace {
    let template: LayerTemplate
    let shape: FeatureShape
    let stride: Int
    /// As many as inputs unless the template says how many.
    let outputs: Int
    let window: Window
    let dilation: Int
    private let environment: Number.Environment

    init(_ template: LayerTemplate, _ shape: FeatureShape, _ numbers: Number.Environment) throws(SpaceProblem) {
        var environment = numbers
        environment.input = shape
        func number(_ number: Number, _ what: String, _ bounds: ClosedRange<Int>) throws(SpaceProblem) -> Int {
            try environment.value(of: number, what, bounds, at: template.range)
        }
        self.template = template
        self.shape = shape
        self.environment = environment
        stride = try number(template.stride, "a stride", 1...64)
        outputs =
            if let given = template.outputs {
                try number(given, "the number of outputs", 1...LayerTemplate.mostChannels)
            } else {
                shape.channels
            }
        window = template.window ?? Window(1, 1)
        dilation = try number(template.dilation, "a dilation", 1...64)
    }

    func value(of number: Number, _ what: String, _ bounds: ClosedRange<Int>) throws(SpaceProblem) -> Int {
        try environment.value(of: number, what, bounds, at: template.range)
    }

    func problem(_ message: String, _ suggestion: String) -> SpaceProblem {
        SpaceProblem(range: template.range, message: message, suggestion: suggestion)
    }

    /// Padding at both ends: what keeps the size at stride 1 unless the template says how much.
    func padding(atMost most: Int) throws(SpaceProblem) -> Window {
        guard let given = template.padding else { return Window(dilation * (window.height - 1) / 2, dilation * (window.width - 1) / 2) }
        let value = try value(of: given, "a padding", 0...most)
        return Window(value, value)
    }

    /// A pool of more padding than half its window would see nothing else.
    func paddingOfPool() throws(SpaceProblem) -> Window { try padding(atMost: min(window.height, window.width) / 2) }

    /// A layer whose window moves over the padded map.
    func windowed(_ layer: Layer, _ padding: Window, channels: Int) throws(SpaceProblem) -> [LayerTemplate.Placed] {
        // How far the window can move; below zero when it is larger than the padded map.
        let room = Window(
            shape.height + 2 * padding.height - dilation * (window.height - 1) - 1,
            shape.width + 2 * padding.width - dilation * (window.width - 1) - 1)
        guard room.height >= 0, room.width >= 0 else {
            throw problem(
                "the window of `\(template.canonicalText)` is larger than its input of \(shape)",
                "there are too many strides before it, or the image is too small")
        }
        return try one(layer, FeatureShape(channels, room.height / stride + 1, room.width / stride + 1))
    }

    func one(_ layer: Layer, _ output: FeatureShape) throws(SpaceProblem) -> [LayerTemplate.Placed] {
        guard output.elements <= LayerTemplate.mostElements else {
            throw problem("an output of \(output) is too large", "take fewer channels or a larger stride")
        }
        guard layer.cost(output).macs <= LayerTemplate.mostOperations else {
            throw problem(
                "the layer takes more than \(LayerTemplate.mostOperations) multiply-accumulates", "take fewer channels or a smaller window")
        }
        return [LayerTemplate.Placed(layer: layer, output: output, name: template.primitive.name)]
    }
}

/// What does not fit when a space is put at an image and settings.
struct SpaceProblem: Error {
    var range: SourceRange
    var message: String
    var suggestion: String?
}

extension Number.Environment {
    /// A number's value, within bounds.
    func value(of number: Number, _ what: String, _ bounds: ClosedRange<Int>, at range: SourceRange) throws(SpaceProblem) -> Int {
        let value: Int
        do {
            value = try number.value(self)
        } catch {
            var text = number.canonicalText
            if text.hasPrefix("(") { text = String(text.dropFirst().dropLast()) }
            switch error {
            case .negative(let value):
                throw SpaceProblem(range: range, message: "`\(text)` is \(value), below zero", suggestion: "take less away")
            case .tooLarge:
                throw SpaceProblem(range: range, message: "`\(text)` is larger than \(Lexer.largestNumber)", suggestion: "make it smaller")
            case .inexact(let left, let right):
                throw SpaceProblem(
                    range: range, message: "`\(text)`: \(left) cannot be divided by \(right) without remainder",
                    suggestion: "choose numbers of which one is a multiple of the other")
            case .unmatched(nil, _):
                throw SpaceProblem(
                    range: range, message: "`match` can stand only in a cell",
                    suggestion: "there it brings a map to the size of the cell's last input")
            case .unmatched(let target?, let input):
                throw SpaceProblem(
                    range: range, message: "no stride brings a map of \(input) to the height and width of the cell's last input, \(target)",
                    suggestion: "the cell's first input must be as large as its last, or a whole number of times larger")
            }
        }
        guard bounds.contains(value) else {
            let origin = if case .literal = number { "" } else { ", the value of `\(number.canonicalText)`" }
            throw SpaceProblem(
                range: range, message: "\(what) cannot be \(value)\(origin)",
                suggestion: "it is \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return value
    }
}
