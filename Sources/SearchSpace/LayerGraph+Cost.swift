/// Parameters and multiply-accumulates of one layer.
public struct LayerCost: Hashable, Sendable {
    public let name: String
    public let output: FeatureShape
    public let parameters: Int
    /// Multiply-accumulates for one image.
    public let macs: Int
}

/// What a network costs, counted without building it.
public struct NetworkCost: Hashable, Sendable {
    /// Learned numbers: a convolution's weights (no bias), a norm's scale and shift, the classifier's weights and bias.
    public let parameters: Int
    /// Multiply-accumulates for one image, of the convolutions and the classifier (its bias included).
    public let macs: Int
    /// One entry for each node but the image, in the graph's order.
    public let layers: [LayerCost]
}

extension LayerGraph.Node {
    var cost: LayerCost {
        switch layer {
        case .convolution(let inputs, let outputs, let kernel, _, _, _, let groups):
            let weights = inputs / groups * outputs * kernel.height * kernel.width
            return LayerCost(name: name, output: output, parameters: weights, macs: weights * output.height * output.width)
        case .norm(let channels):
            return LayerCost(name: name, output: output, parameters: 2 * channels, macs: 0)
        case .linear(let inputs, let outputs):
            let parameters = inputs * outputs + outputs
            return LayerCost(name: name, output: output, parameters: parameters, macs: parameters)
        default:
            return LayerCost(name: name, output: output, parameters: 0, macs: 0)
        }
    }
}

extension LayerGraph {
    public var cost: NetworkCost {
        let layers = nodes.dropFirst().map(\.cost)
        return NetworkCost(parameters: layers.reduce(0) { $0 + $1.parameters }, macs: layers.reduce(0) { $0 + $1.macs }, layers: layers)
    }
}
