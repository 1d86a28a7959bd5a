extension LayerTemplate {
    /// The most multiply-accumulates of one layer, so that sums of costs cannot overflow.
    static let mostOperations = 10_000_000_000_000
    static let mostChannels = 65_536
    /// The most elements of one feature map.
    static let mostElements = 1 << 30

    /// One layer of a template at a shape.
    struct Placed {
        var layer: Layer
        var output: FeatureShape
        var name: String
        /// Whether the layer also reads the template's input, as its first input.
        var readsInputToo = false
    }

    /// The layers at the shape of an input, in sequence. Most templates give one.
    func placed(at shape: FeatureShape, _ numbers: Number.Environment) throws(SpaceProblem) -> [Placed] {
        try primitive.layers(LayerPlace(self, shape, numbers))
    }
}

/// A template at the shape of an input, with the values of its numbers, checked against bounds.
struct LayerPlace {
    let template: LayerTemplate
    let shape: FeatureShape
    let stride: Int
    /// The number of output channels, by default equal to the input's.
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

    /// The padding at both ends. By default it keeps the size at stride 1.
    func padding(atMost most: Int) throws(SpaceProblem) -> Window {
        guard let given = template.padding else { return Window(dilation * (window.height - 1) / 2, dilation * (window.width - 1) / 2) }
        let value = try value(of: given, "a padding", 0...most)
        return Window(value, value)
    }

    /// The padding of a pool, at most half a window: more would make windows that contain only padding.
    func paddingOfPool() throws(SpaceProblem) -> Window { try padding(atMost: min(window.height, window.width) / 2) }

    /// A layer with a window that slides over the padded map.
    func windowed(_ layer: Layer, _ padding: Window, channels: Int) throws(SpaceProblem) -> [LayerTemplate.Placed] {
        // The distance that the window can slide. It is negative if the window is larger than the padded map.
        let room = Window(
            shape.height + 2 * padding.height - dilation * (window.height - 1) - 1,
            shape.width + 2 * padding.width - dilation * (window.width - 1) - 1)
        guard room.height >= 0, room.width >= 0 else {
            throw problem(
                "the window of `\(template.canonicalText)` is larger than its input of \(shape)",
                "use fewer strides before it, or a larger image")
        }
        return try one(layer, FeatureShape(channels, room.height / stride + 1, room.width / stride + 1))
    }

    func one(_ layer: Layer, _ output: FeatureShape) throws(SpaceProblem) -> [LayerTemplate.Placed] {
        guard output.elements <= LayerTemplate.mostElements else {
            throw problem("an output of \(output) is too large", "use fewer channels or a larger stride")
        }
        guard layer.cost(output).macs <= LayerTemplate.mostOperations else {
            throw problem(
                "the layer needs more than \(LayerTemplate.mostOperations) multiply-accumulates", "use fewer channels or a smaller window")
        }
        return [LayerTemplate.Placed(layer: layer, output: output, name: template.primitive.name)]
    }
}

/// A problem of a space at a given image and given settings.
struct SpaceProblem: Error {
    var range: SourceRange
    var message: String
    var suggestion: String?
}

extension Number.Environment {
    /// The value of a number, checked against bounds.
    func value(of number: Number, _ what: String, _ bounds: ClosedRange<Int>, at range: SourceRange) throws(SpaceProblem) -> Int {
        let value: Int
        do {
            value = try number.value(self)
        } catch {
            var text = number.canonicalText
            if text.hasPrefix("(") { text = String(text.dropFirst().dropLast()) }
            switch error {
            case .negative(let value):
                throw SpaceProblem(range: range, message: "`\(text)` is \(value), below zero", suggestion: "subtract less")
            case .tooLarge:
                throw SpaceProblem(range: range, message: "`\(text)` is larger than \(Lexer.largestNumber)", suggestion: "make it smaller")
            case .inexact(let left, let right):
                throw SpaceProblem(
                    range: range, message: "`\(text)`: \(left) cannot be divided by \(right) without remainder",
                    suggestion: "make the first number a multiple of the second")
            case .unmatched(nil, _):
                throw SpaceProblem(
                    range: range, message: "`match` is allowed only in a cell",
                    suggestion: "it is the stride that reduces a map to the size of the cell's last input")
            case .unmatched(let target?, let input):
                throw SpaceProblem(
                    range: range,
                    message: "no stride reduces a map of \(input) to the height and width of the cell's last input, \(target)",
                    suggestion: "the cell's first input must have the size of its last input, or a multiple of it")
            }
        }
        guard bounds.contains(value) else {
            let origin = if case .literal = number { "" } else { ", the value of `\(number.canonicalText)`" }
            throw SpaceProblem(
                range: range, message: "\(what) cannot be \(value)\(origin)",
                suggestion: "use a value from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return value
    }
}
