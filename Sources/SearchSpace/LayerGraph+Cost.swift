/// What one layer costs, for one image.
public struct LayerCost: Hashable, Sendable {
    public let name: String
    public let output: FeatureShape
    public let parameters: Int
    /// Multiply-accumulates.
    public let macs: Int
    /// Bytes of its output in single precision; none for the identity, whose output is its input.
    public let activationBytes: Int
    /// Layers with weights (convolutions and linear ones, this one included) on the longest way from the image to its output.
    public let depth: Int
}

/// What a network costs, counted without building it.
public struct NetworkCost: Hashable, Sendable {
    /// Learned numbers: a convolution's weights (no bias), a norm's scale and shift, a bias's own, the classifier's weights and bias.
    public let parameters: Int
    /// Multiply-accumulates for one image, of the convolutions and the classifier (its bias included).
    public let macs: Int
    /// Bytes for one image, in single precision, of all outputs together: what training keeps for the way back.
    public let activationBytes: Int
    /// The most bytes that are needed at one time when each output is let go after its last use, the image included: for inference.
    public let peakActivationBytes: Int
    /// Layers with weights on the longest way from the image to the logits.
    public let depth: Int
    /// One entry for each node but the image, in the graph's order.
    public let layers: [LayerCost]
}

extension Layer {
    /// Learned numbers and multiply-accumulates at an output shape.
    func cost(_ output: FeatureShape) -> (parameters: Int, macs: Int) {
        (traits.parameters, traits.macsPerPixel * output.height * output.width)
    }

    public var hasWeights: Bool { traits.hasWeights }
}

extension LayerGraph {
    private static let bytesPerNumber = 4

    public var cost: NetworkCost {
        var depths = [0]
        var layers: [LayerCost] = []
        for node in nodes.dropFirst() {
            let (parameters, macs) = node.layer.cost(node.output)
            let depth = (node.inputs.map { depths[$0] }.max() ?? 0) + (node.layer.hasWeights ? 1 : 0)
            depths.append(depth)
            layers.append(
                LayerCost(
                    name: node.name, output: node.output, parameters: parameters, macs: macs, activationBytes: bytes(of: node), depth: depth
                ))
        }
        return NetworkCost(
            parameters: layers.reduce(0) { $0 + $1.parameters }, macs: layers.reduce(0) { $0 + $1.macs },
            activationBytes: layers.reduce(0) { $0 + $1.activationBytes }, peakActivationBytes: peakActivationBytes, depth: depths[output],
            layers: layers)
    }

    private func bytes(of node: Node) -> Int { node.layer == .identity ? 0 : node.output.elements * Self.bytesPerNumber }

    private var peakActivationBytes: Int {
        // An identity's output is held as long as its input.
        var holders = Array(nodes.indices)
        var lastReaders = Array(nodes.indices)
        for (index, node) in nodes.enumerated() {
            if node.layer == .identity { holders[index] = holders[node.inputs[0]] }
            for input in node.inputs { lastReaders[holders[input]] = index }
        }
        lastReaders[holders[output]] = nodes.count
        var released = [Int](repeating: 0, count: nodes.count + 1)
        for (index, node) in nodes.enumerated() { released[lastReaders[index]] += bytes(of: node) }
        var held = 0
        var peak = 0
        for (index, node) in nodes.enumerated() {
            held += bytes(of: node)
            peak = max(peak, held)
            held -= released[index]
        }
        return peak
    }
}
