/// One layer of a network: everything needed to build it, count its cost and check its shapes.
///
/// All are functions of the inputs named by the node that holds them. Convolutions carry no bias (a norm follows them, or a layer that is
/// one); the linear layer carries one.
///
/// A new kind of layer is a case here and, if the language has a word for it, a case of `Primitive.Word`. The compiler then asks for the
/// rest: rows in this file, in `Layer+Execution.swift`, `Layer+ONNX.swift` and `Layer+PyTorch.swift`, and a kernel in `CLearner`.
public enum Layer: Hashable, Sendable {
    /// The image itself; node 0 of every graph and nowhere else.
    case input
    /// A tensor of zeros, of the node's shape; reads nothing of its input but the batch size.
    case zero
    case identity
    case convolution(inputs: Int, outputs: Int, kernel: Window, stride: Int, padding: Window, dilation: Int, groups: Int)
    /// Batch normalization with a learned scale and shift per channel.
    case norm(channels: Int)
    /// Normalization of each image by the mean and variance of each group of channels, with a learned scale and shift per channel (Wu and
    /// He, "Group Normalization", ECCV 2018). With one channel a group it is instance norm. It is the same in training and at evaluation.
    case groupNorm(channels: Int, groups: Int)
    /// A learned number for each channel, added.
    case bias(channels: Int)
    case activation(Activation)
    /// Mean over the window; padding does not count.
    case averagePool(kernel: Window, stride: Int, padding: Window)
    case maxPool(kernel: Window, stride: Int, padding: Window)
    /// Mean over height and width: c × h × w → c × 1 × 1.
    case globalAveragePool
    /// c × h × w → c·h·w × 1 × 1, channel by channel and each row by row.
    case flatten
    /// c × 1 × 1 → outputs × 1 × 1, with a bias.
    case linear(inputs: Int, outputs: Int)
    /// Sum of one or more inputs of one shape.
    case sum
    /// Concatenation of the inputs along channels.
    case concatenation
    case dropout(probability: Double)
    /// Zeroes whole images at random while training (Larsson, Maire and Shakhnarovich, "FractalNet", ICLR 2017).
    case dropPath(probability: Double)
    /// The first input, each channel times the second input's number for it: c × h × w and c × 1 × 1 → c × h × w.
    case scale
}

// MARK: Cost and simplification

extension Layer {
    /// What the cost model and the canonical form know of a layer.
    public struct Traits: Hashable, Sendable {
        /// What becomes of a layer in the canonical form.
        enum Simplification: Hashable, Sendable {
            /// Its input takes its place.
            case vanishes
            /// Zero, whatever its input is.
            case isZero
            /// A sum, which leaves out zeros and takes in the terms of other sums.
            case isSum
            /// Zero when all of its inputs are.
            case isZeroOfZeros
            /// Zero when its first input is.
            case isZeroOfFirstZero
            /// Stays, whatever its inputs are.
            case stays
        }

        let simplification: Simplification
        /// Learned numbers.
        public private(set) var parameters = 0
        /// Multiply-accumulates with learned weights for one pixel of the output.
        public private(set) var macsPerPixel = 0
        /// Channels of the statistics over a batch that it normalizes by, and that it must be given at evaluation; nil without such.
        public private(set) var statisticsChannels: Int?
        /// Whether it zeroes at random while training.
        public private(set) var isRandom = false

        /// Whether it multiplies by learned weights.
        public var hasWeights: Bool { macsPerPixel > 0 }
        /// Whether two such layers of the same inputs are one function.
        var isFunctionOfItsInputs: Bool { parameters == 0 && !isRandom }
    }

    public var traits: Traits {
        switch self {
        case .input: return Traits(simplification: .stays)
        case .zero: return Traits(simplification: .isZero)
        case .identity: return Traits(simplification: .vanishes)
        case .convolution(let inputs, let outputs, let kernel, _, _, _, let groups):
            let weights = inputs / groups * outputs * kernel.height * kernel.width
            return Traits(simplification: .isZeroOfZeros, parameters: weights, macsPerPixel: weights)
        case .norm(let channels): return Traits(simplification: .isZeroOfZeros, parameters: 2 * channels, statisticsChannels: channels)
        case .groupNorm(let channels, _): return Traits(simplification: .isZeroOfZeros, parameters: 2 * channels)
        case .bias(let channels): return Traits(simplification: .isZeroOfZeros, parameters: channels)
        case .activation, .averagePool, .maxPool, .globalAveragePool, .flatten, .concatenation:
            return Traits(simplification: .isZeroOfZeros)
        case .linear(let inputs, let outputs):
            let parameters = inputs * outputs + outputs
            return Traits(simplification: .stays, parameters: parameters, macsPerPixel: parameters)
        case .sum: return Traits(simplification: .isSum)
        case .dropout, .dropPath: return Traits(simplification: .isZeroOfZeros, isRandom: true)
        case .scale: return Traits(simplification: .isZeroOfFirstZero)
        }
    }
}

// MARK: The language

/// The layers that the language knows by name; everything else is built from them.
enum Primitive: Hashable, Sendable {
    enum Word: String, CaseIterable, Sendable {
        case convolution = "conv"
        case averagePool = "avg-pool"
        case maxPool = "max-pool"
        case norm
        case groupNorm = "group-norm"
        case bias
        case identity
        case zero
        case globalAveragePool = "global-avg-pool"
        case flatten
        case linear
        case dropout
        case dropPath = "drop-path"
        case squeezeExcite = "squeeze-excite"
    }

    case word(Word)
    case activation(Activation)

    static let named = Dictionary(
        uniqueKeysWithValues: (Word.allCases.map(Primitive.word) + Activation.allCases.map(Primitive.activation)).map { ($0.name, $0) })

    var name: String {
        switch self {
        case .word(let word): word.rawValue
        case .activation(let activation): activation.rawValue
        }
    }

    /// What a layer takes right after its name.
    enum Operand: Hashable, Sendable {
        case window
        case probability
        /// A whole number, with what it says in words.
        case number(String)

        /// What is needed, in words.
        var description: String {
            switch self {
            case .window: "a window such as 3x3"
            case .probability: "a probability such as 0.2"
            case .number(let meaning): meaning
            }
        }
    }

    /// What a layer may take after that, each by its word.
    enum Attribute: String, CaseIterable, Sendable {
        case stride
        case dilation
        case groups
        case padding
        case outputs = "->"
    }

    /// What a layer is to the canonical form.
    enum Meaning: Sendable {
        case identity
        case zero
        /// Two such layers of one input are one function.
        case function
        /// Each is one of its own: it holds parameters, or draws at random.
        case instance
    }

    /// What follows a layer's name, and what it means.
    struct Row {
        var operand: Operand?
        var attributes: [Attribute] = []
        let meaning: Meaning
        /// The kind of operation that pictures show it as.
        let picture: Diagram.OperationKind
        /// Whether pictures leave it out.
        var isUnspoken = false
    }

    private var row: Row {
        switch self {
        case .word(.convolution):
            Row(
                operand: .window, attributes: [.stride, .dilation, .groups, .padding, .outputs], meaning: .instance,
                picture: .convolution)
        case .word(.averagePool): Row(operand: .window, attributes: [.stride, .padding], meaning: .function, picture: .pooling)
        case .word(.maxPool): Row(operand: .window, attributes: [.stride, .padding], meaning: .function, picture: .pooling)
        case .word(.norm): Row(meaning: .instance, picture: .other, isUnspoken: true)
        case .word(.groupNorm):
            Row(operand: .number("a number of groups, such as 8"), meaning: .instance, picture: .other, isUnspoken: true)
        case .word(.bias): Row(meaning: .instance, picture: .other, isUnspoken: true)
        case .word(.identity): Row(meaning: .identity, picture: .identity)
        case .word(.zero): Row(attributes: [.stride, .outputs], meaning: .zero, picture: .zero)
        case .word(.globalAveragePool): Row(meaning: .function, picture: .pooling)
        case .word(.flatten): Row(meaning: .function, picture: .other)
        case .word(.linear): Row(operand: .number("a number of outputs"), meaning: .instance, picture: .other)
        case .word(.dropout): Row(operand: .probability, meaning: .instance, picture: .other)
        case .word(.dropPath): Row(operand: .probability, meaning: .instance, picture: .other)
        case .word(.squeezeExcite):
            Row(operand: .number("by how much it squeezes, such as 4"), meaning: .instance, picture: .other)
        case .activation: Row(meaning: .function, picture: .other, isUnspoken: true)
        }
    }

    var operand: Operand? { row.operand }
    var attributes: [Attribute] { row.attributes }
    var meaning: Meaning { row.meaning }
    var picture: Diagram.OperationKind { row.picture }
    var isUnspoken: Bool { row.isUnspoken }

    /// The layers that a template comes to at a shape, each after the other: most often one.
    func layers(_ place: LayerPlace) throws(SpaceProblem) -> [LayerTemplate.Placed] {
        let (template, shape, outputs) = (place.template, place.shape, place.outputs)
        switch self {
        case .word(.convolution):
            let padding = try place.padding(atMost: 63)
            let groups = try place.value(of: template.groups, "the number of groups", 1...LayerTemplate.mostChannels)
            guard shape.channels.isMultiple(of: groups), outputs.isMultiple(of: groups) else {
                throw place.problem(
                    "\(shape.channels) inputs and \(outputs) outputs cannot be split into \(groups) groups",
                    "both must be multiples of it; `groups in` filters each channel alone")
            }
            let layer = Layer.convolution(
                inputs: shape.channels, outputs: outputs, kernel: place.window, stride: place.stride, padding: padding,
                dilation: place.dilation, groups: groups)
            return try place.windowed(layer, padding, channels: outputs)
        case .word(.averagePool):
            let padding = try place.paddingOfPool()
            return try place.windowed(
                .averagePool(kernel: place.window, stride: place.stride, padding: padding), padding, channels: shape.channels)
        case .word(.maxPool):
            let padding = try place.paddingOfPool()
            return try place.windowed(
                .maxPool(kernel: place.window, stride: place.stride, padding: padding), padding, channels: shape.channels)
        case .word(.zero): return try place.windowed(.zero, Window(0, 0), channels: outputs)
        case .word(.norm): return try place.one(.norm(channels: shape.channels), shape)
        case .word(.groupNorm):
            let groups = try place.value(of: template.number, "the number of groups", 1...LayerTemplate.mostChannels)
            guard shape.channels.isMultiple(of: groups) else {
                throw place.problem(
                    "\(shape.channels) channels cannot be split into \(groups) groups",
                    "the channels must be a multiple of it; `group-norm in` normalizes each channel alone")
            }
            return try place.one(.groupNorm(channels: shape.channels, groups: groups), shape)
        case .word(.bias): return try place.one(.bias(channels: shape.channels), shape)
        case .word(.identity): return try place.one(.identity, shape)
        case .activation(let activation): return try place.one(.activation(activation), shape)
        case .word(.dropout): return try place.one(.dropout(probability: template.probability), shape)
        case .word(.dropPath): return try place.one(.dropPath(probability: template.probability), shape)
        case .word(.globalAveragePool): return try place.one(.globalAveragePool, FeatureShape(shape.channels, 1, 1))
        case .word(.flatten): return try place.one(.flatten, FeatureShape(shape.elements, 1, 1))
        case .word(.linear):
            let outputs = try place.value(of: template.number, "the number of outputs", 1...LayerTemplate.mostChannels)
            guard shape.height == 1, shape.width == 1 else {
                throw place.problem("`linear` takes a vector, not \(shape)", "put `global-avg-pool` or `flatten` before it")
            }
            return try place.one(.linear(inputs: shape.channels, outputs: outputs), FeatureShape(outputs, 1, 1))
        case .word(.squeezeExcite):
            let ratio = try place.value(of: template.number, "a ratio", 1...65_536)
            let narrow = max(1, shape.channels / ratio)
            let (wide, squeezed) = (FeatureShape(shape.channels, 1, 1), FeatureShape(narrow, 1, 1))
            return [
                LayerTemplate.Placed(layer: .globalAveragePool, output: wide, name: "pool"),
                LayerTemplate.Placed(layer: .linear(inputs: shape.channels, outputs: narrow), output: squeezed, name: "squeeze"),
                LayerTemplate.Placed(layer: .activation(.relu), output: squeezed, name: "relu"),
                LayerTemplate.Placed(layer: .linear(inputs: narrow, outputs: shape.channels), output: wide, name: "excite"),
                LayerTemplate.Placed(layer: .activation(.sigmoid), output: wide, name: "sigmoid"),
                LayerTemplate.Placed(layer: .scale, output: shape, name: "scale", readsInputToo: true),
            ]
        }
    }
}
