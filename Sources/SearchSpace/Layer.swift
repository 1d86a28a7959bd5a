/// One layer of a network, with everything needed to build it, count its cost and check its shapes.
///
/// A node of the graph holds the layer and names its inputs. Convolutions have no bias, because a norm or a bias layer follows them. The
/// linear layer has a bias.
///
/// A new kind of layer needs a case here and, if it is a word of the language, a case of `Primitive.Word`. The compiler then reports the
/// missing rows in this file, in `Layer+Execution.swift`, `Layer+ONNX.swift` and `Layer+PyTorch.swift`, and the missing kernel in
/// `CLearner`.
public enum Layer: Hashable, Sendable {
    /// The image. It is node 0 of every graph and occurs nowhere else.
    case input
    /// A tensor of zeros with the node's shape. It uses only the batch size of its input.
    case zero
    case identity
    case convolution(inputs: Int, outputs: Int, kernel: Window, stride: Int, padding: Window, dilation: Int, groups: Int)
    /// Batch normalization with a learned scale and shift per channel.
    case norm(channels: Int)
    /// Normalization of each image by the mean and variance of each group of channels, with a learned scale and shift per channel. With one
    /// channel per group it is instance norm. It is the same in training and evaluation (Wu and He, "Group Normalization", ECCV 2018).
    case groupNorm(channels: Int, groups: Int)
    /// Adds a learned number to each channel.
    case bias(channels: Int)
    case activation(Activation)
    /// Mean over the window, without padded pixels.
    case averagePool(kernel: Window, stride: Int, padding: Window)
    case maxPool(kernel: Window, stride: Int, padding: Window)
    /// Mean over height and width: c × h × w → c × 1 × 1.
    case globalAveragePool
    /// c × h × w → c·h·w × 1 × 1, in the order channel × row × column.
    case flatten
    /// c × 1 × 1 → outputs × 1 × 1, with a bias.
    case linear(inputs: Int, outputs: Int)
    /// Sum of one or more inputs of the same shape.
    case sum
    /// Concatenation of the inputs along channels.
    case concatenation
    case dropout(probability: Double)
    /// Zeroes whole images at random during training (Larsson, Maire and Shakhnarovich, "FractalNet", ICLR 2017).
    case dropPath(probability: Double)
    /// The first input, with each channel multiplied by its number in the second: c × h × w and c × 1 × 1 → c × h × w.
    case scale
}

// MARK: Cost and simplification

extension Layer {
    /// The properties of a layer for the cost model and the canonical form.
    public struct Traits: Hashable, Sendable {
        /// How a layer simplifies in the canonical form.
        enum Simplification: Hashable, Sendable {
            /// Its input replaces it.
            case vanishes
            /// It is zero for any input.
            case isZero
            /// It is a sum: zeros are dropped and nested sums flattened.
            case isSum
            /// It is zero if all its inputs are.
            case isZeroOfZeros
            /// It is zero if its first input is.
            case isZeroOfFirstZero
            /// It always stays.
            case stays
        }

        let simplification: Simplification
        /// The number of learned parameters.
        public private(set) var parameters = 0
        /// The number of multiply-accumulates with learned weights for one pixel of the output.
        public private(set) var macsPerPixel = 0
        /// The number of channels with batch statistics, which evaluation must provide; nil if the layer uses no batch statistics.
        public private(set) var statisticsChannels: Int?
        /// Whether it zeroes values at random during training.
        public private(set) var isRandom = false

        /// Whether the layer multiplies by learned weights.
        public var hasWeights: Bool { macsPerPixel > 0 }
        /// Whether two such layers with the same inputs are the same function.
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

/// The named layers of the language. Everything else is built from them.
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

    /// The operand directly after a layer's name.
    enum Operand: Hashable, Sendable {
        case window
        case probability
        /// A whole number, with its description.
        case number(String)

        /// The expected operand, for messages.
        var description: String {
            switch self {
            case .window: "a window such as 3x3"
            case .probability: "a probability such as 0.2"
            case .number(let meaning): meaning
            }
        }
    }

    /// An optional attribute of a layer after its operand.
    enum Attribute: String, CaseIterable, Sendable {
        case stride
        case dilation
        case groups
        case padding
        case outputs = "->"
    }

    /// The role of a layer in the canonical form.
    enum Meaning: Sendable {
        case identity
        case zero
        /// Two such layers with the same input are the same function.
        case function
        /// Each layer is separate, because it has parameters or randomness.
        case instance
    }

    /// The syntax and the meaning of a layer.
    struct Row {
        var operand: Operand?
        var attributes: [Attribute] = []
        let meaning: Meaning
        /// The kind of operation in pictures.
        let picture: Diagram.OperationKind
        /// Whether pictures omit it.
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
            Row(operand: .number("a reduction ratio, such as 4"), meaning: .instance, picture: .other)
        case .activation: Row(meaning: .function, picture: .other, isUnspoken: true)
        }
    }

    var operand: Operand? { row.operand }
    var attributes: [Attribute] { row.attributes }
    var meaning: Meaning { row.meaning }
    var picture: Diagram.OperationKind { row.picture }
    var isUnspoken: Bool { row.isUnspoken }

    /// The layers of a template at a shape, in sequence. Most templates give one.
    func layers(_ place: LayerPlace) throws(SpaceProblem) -> [LayerTemplate.Placed] {
        let (template, shape, outputs) = (place.template, place.shape, place.outputs)
        switch self {
        case .word(.convolution):
            let padding = try place.padding(atMost: 63)
            let groups = try place.value(of: template.groups, "the number of groups", 1...LayerTemplate.mostChannels)
            guard shape.channels.isMultiple(of: groups), outputs.isMultiple(of: groups) else {
                throw place.problem(
                    "\(shape.channels) inputs and \(outputs) outputs cannot be split into \(groups) groups",
                    "both must be multiples of the number of groups; `groups in` filters each channel separately")
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
                    "the channels must be a multiple of the number of groups; `group-norm in` normalizes each channel separately")
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
                throw place.problem("`linear` needs a vector, not \(shape)", "put `global-avg-pool` or `flatten` before it")
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
