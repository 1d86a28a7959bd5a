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
        var environment = numbers
        environment.input = shape
        func number(_ number: Number, _ what: String, _ bounds: ClosedRange<Int>) throws(SpaceProblem) -> Int {
            try environment.value(of: number, what, bounds, at: range)
        }
        let stride = try number(stride, "a stride", 1...64)
        let outputs =
            try self.outputs.map { (outputs) throws(SpaceProblem) in try number(outputs, "the number of outputs", 1...Self.mostChannels) }
            ?? shape.channels
        let window = window ?? Window(1, 1)
        let dilation = try number(self.dilation, "a dilation", 1...64)
        var padding = Window(dilation * (window.height - 1) / 2, dilation * (window.width - 1) / 2)
        if let given = self.padding {
            // A pool of more padding than half its window would see nothing else.
            let most = primitive == .convolution ? 63 : min(window.height, window.width) / 2
            let value = try number(given, "a padding", 0...most)
            padding = Window(value, value)
        }
        // How far the window can move; below zero when it is larger than the padded map.
        let room = Window(
            shape.height + 2 * padding.height - dilation * (window.height - 1) - 1,
            shape.width + 2 * padding.width - dilation * (window.width - 1) - 1)
        let (height, width) = (room.height / stride + 1, room.width / stride + 1)
        func windowed(_ layer: Layer, channels: Int) throws(SpaceProblem) -> [Placed] {
            guard room.height >= 0, room.width >= 0 else {
                throw SpaceProblem(
                    range: range, message: "the window of `\(canonicalText)` is larger than its input of \(shape)",
                    suggestion: "there are too many strides before it, or the image is too small")
            }
            return try one(layer, FeatureShape(channels, height, width))
        }
        switch primitive {
        case .convolution:
            let groups = try number(self.groups, "the number of groups", 1...Self.mostChannels)
            guard shape.channels.isMultiple(of: groups), outputs.isMultiple(of: groups) else {
                throw SpaceProblem(
                    range: range, message: "\(shape.channels) inputs and \(outputs) outputs cannot be split into \(groups) groups",
                    suggestion: "both must be multiples of it; `groups in` filters each channel alone")
            }
            return try windowed(
                .convolution(
                    inputs: shape.channels, outputs: outputs, kernel: window, stride: stride, padding: padding, dilation: dilation,
                    groups: groups),
                channels: outputs)
        case .averagePool: return try windowed(.averagePool(kernel: window, stride: stride, padding: padding), channels: shape.channels)
        case .maxPool: return try windowed(.maxPool(kernel: window, stride: stride, padding: padding), channels: shape.channels)
        case .zero: return try one(.zero, FeatureShape(outputs, height, width))
        case .norm: return try one(.norm(channels: shape.channels), shape)
        case .bias: return try one(.bias(channels: shape.channels), shape)
        case .identity: return try one(.identity, shape)
        case .activation(let activation): return try one(.activation(activation), shape)
        case .dropout: return try one(.dropout(probability: probability), shape)
        case .dropPath: return try one(.dropPath(probability: probability), shape)
        case .globalAveragePool: return try one(.globalAveragePool, FeatureShape(shape.channels, 1, 1))
        case .flatten: return try one(.flatten, FeatureShape(shape.elements, 1, 1))
        case .linear:
            guard shape.height == 1, shape.width == 1 else {
                throw SpaceProblem(
                    range: range, message: "`linear` takes a vector, not \(shape)",
                    suggestion: "put `global-avg-pool` or `flatten` before it")
            }
            return try one(.linear(inputs: shape.channels, outputs: outputs), FeatureShape(outputs, 1, 1))
        case .squeezeExcite:
            let ratio = try number(self.ratio, "a ratio", 1...65_536)
            let narrow = max(1, shape.channels / ratio)
            let (wide, squeezed) = (FeatureShape(shape.channels, 1, 1), FeatureShape(narrow, 1, 1))
            return [
                Placed(layer: .globalAveragePool, output: wide, name: "pool"),
                Placed(layer: .linear(inputs: shape.channels, outputs: narrow), output: squeezed, name: "squeeze"),
                Placed(layer: .activation(.relu), output: squeezed, name: "relu"),
                Placed(layer: .linear(inputs: narrow, outputs: shape.channels), output: wide, name: "excite"),
                Placed(layer: .activation(.sigmoid), output: wide, name: "sigmoid"),
                Placed(layer: .scale, output: shape, name: "scale", readsInputToo: true),
            ]
        }
    }

    private func one(_ layer: Layer, _ output: FeatureShape) throws(SpaceProblem) -> [Placed] {
        guard output.elements <= Self.mostElements else {
            throw SpaceProblem(
                range: range, message: "an output of \(output) is too large", suggestion: "take fewer channels or a larger stride")
        }
        guard layer.cost(output).macs <= Self.mostOperations else {
            throw SpaceProblem(
                range: range, message: "the layer takes more than \(Self.mostOperations) multiply-accumulates",
                suggestion: "take fewer channels or a smaller window")
        }
        return [Placed(layer: layer, output: output, name: primitive.name)]
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
