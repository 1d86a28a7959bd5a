import Networks
import SearchSpace
import Tensors

/// A model with 8-bit weights and activations.
///
/// A real number x is stored as a whole number q, x ≈ scale · (q − zero). Weights have one scale per output channel and zero 0, activations
/// one scale and one zero per tensor. Biases have 32 bits and the scale of the products. Norms are folded into convolutions where possible.
///
/// Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018,
/// section 2; per-channel weights as in Krishnamoorthi, "Quantizing Deep Convolutional Networks for Efficient Inference", 2018, section 2.
public struct QuantizedModel {
    /// The scale and the zero of one activation tensor.
    struct Grid: Hashable {
        let scale: Float
        /// From −128 to 127.
        let zero: Int

        /// The grid of numbers from `low` to `high`. Zero is on the grid, because paddings are zero.
        init(low: Double, high: Double) {
            let (low, high) = (min(low, 0), max(high, 0))
            scale = Float(high > low ? (high - low) / 255 : 1)
            zero = Int((-128 - low / Double(scale)).rounded())
        }

        /// Returns the nearest numbers of the grid.
        func nearest(_ x: Tensor) -> Tensor {
            ((x / Double(scale)).rounded().clamped(Double(-128 - zero), Double(127 - zero))) * Double(scale)
        }
    }

    /// Weights of a layer, one scale per output channel.
    struct Weights {
        let values: [Int8]
        let scales: [Float]
    }

    private(set) var model: InferenceModel
    /// The grids of node outputs that are stored with 8 bits, by node name.
    let grids: [String: Grid]
    /// Weights by layer name.
    let weights: [String: Weights]
    /// 32-bit biases by the name of the layer with the weights; their scales are those of the weights times that of the input.
    let biases: [String: [Int32]]

    /// Quantizes a model. The ranges of activations are those on the calibration images.
    /// - Parameters:
    ///   - original: the model.
    ///   - images: batches of images [n, channels, height, width], scaled to [0, 1].
    public init(_ original: InferenceModel, calibratedOn images: [Tensor]) {
        var model = original.folded().model
        let isStored = Self.isStored(in: model)
        let ranges = Self.ranges(of: model, on: images)
        var grids: [String: Grid] = [:]
        for (index, node) in model.graph.nodes.enumerated() where isStored[index] {
            switch node.layer.storage {
            case .none, .gridOfInput: grids[node.name] = grids[model.graph.nodes[node.inputs[0]].name]
            case .fused, .fusedWithConvolution, .ownGrid:
                grids[node.name] = ranges[node.name].map { Grid(low: $0.low, high: $0.high) }
            }
        }
        var weights: [String: Weights] = [:]
        var biases: [String: [Int32]] = [:]
        let readers = model.readers
        for (index, node) in model.graph.nodes.enumerated() where node.layer.traits.hasWeights {
            let input = grids[model.graph.nodes[node.inputs[0]].name]?.scale
            let biased = if case .linear = node.layer { Optional(index) } else { model.bias(of: index, readers: readers) }
            let bias = biased.map { model.tensor(model.graph.nodes[$0], "bias").scalars(Float.self) }
            let leastScales = input.flatMap { input in bias?.map { $0.magnitude / (input * Self.largestBias) } }
            let (quantized, nearest) = Self.quantized(model.tensor(node, "weight"), leastScales: leastScales)
            weights[node.name] = quantized
            model.replace("\(node.name).weight", by: nearest)
            guard let input, let biased, let bias else { continue }
            let scales = quantized.scales.map { $0 * input }
            let values = zip(bias, scales).map { Int32(($0 / $1).rounded()) }
            biases[node.name] = values
            model.replace(
                "\(model.graph.nodes[biased].name).bias", by: Tensor(zip(values, scales).map { Float($0) * $1 }, shape: [bias.count]))
        }
        (self.model, self.grids, self.weights, self.biases) = (model, grids, weights, biases)
    }

    /// Returns the logits [n, classes] that the exported file computes, as libtorch computes them. Images are [n, channels, height, width],
    /// scaled to [0, 1].
    public func logits(_ images: Tensor) -> Tensor { prepared(images.type)(images) }

    /// Returns the same function, prepared for repeated calls.
    public func prepared(_ type: ScalarType = .float32) -> (Tensor) -> Tensor {
        model.prepared(type) { node, output in grids[node.name].map { $0.nearest(output) } ?? output }
    }

    /// Facts about the model that the exported file records, by name.
    public var facts: [String: String] {
        get { model.facts }
        set { model.facts = newValue }
    }

    // MARK: - Activations

    /// Whether each node's output is stored with 8 bits. Logits are not, and neither are numbers inside a fused group.
    private static func isStored(in model: InferenceModel) -> [Bool] {
        let (nodes, readers) = (model.graph.nodes, model.readers)
        var isStored = [Bool](repeating: true, count: nodes.count)
        isStored[model.graph.output] = false
        for node in nodes {
            guard let input = node.inputs.first, readers[input] == 1 else { continue }
            switch node.layer.storage {
            case .fused: isStored[input] = false
            case .fusedWithConvolution: if case .convolution = nodes[input].layer { isStored[input] = false }
            case .none, .gridOfInput, .ownGrid: continue
            }
        }
        return isStored
    }

    /// The smallest and the largest number of each node's output, by name.
    private static func ranges(of model: InferenceModel, on images: [Tensor]) -> [String: (low: Double, high: Double)] {
        var ranges: [String: (low: Double, high: Double)] = [:]
        for batch in images {
            let run = model.prepared(batch.type) { node, output in
                let (low, high) = (-(-output).max().item, output.max().item)
                let known = ranges[node.name] ?? (low, high)
                ranges[node.name] = (min(low, known.low), max(high, known.high))
                return output
            }
            _ = run(batch)
        }
        return ranges
    }

    // MARK: - Weights

    /// Biases stay below this number of steps, so that they fit 32 bits.
    private static let largestBias = Float(1 << 30)

    /// Rounds weights [outputs, …] to whole numbers from −127 to 127 times a scale per output.
    /// - Parameter leastScales: the smallest scales at which biases fit their bits; nil without biases.
    private static func quantized(_ weight: Tensor, leastScales: [Float]? = nil) -> (Weights, nearest: Tensor) {
        let outputs = weight.shape[0]
        let rows = weight.reshaped([outputs, -1])
        let largest = rows.magnitude().max([1], keepAxes: true).scalars(Float.self)
        let scales = zip(largest, leastScales ?? largest.map { _ in 0 }).map { largest, least -> Float in
            let scale = max(largest / 127, least)
            return scale > 0 ? scale : 1
        }
        let perRow = Tensor(scales, shape: [outputs, 1])
        let values = (rows / perRow).rounded().clamped(-127, 127)
        return (
            Weights(values: values.scalars(Float.self).map { Int8($0) }, scales: scales), (values * perRow).reshaped(weight.shape)
        )
    }
}
