/// The cost of one layer for one image.
public struct LayerCost: Hashable, Sendable {
    public let name: String
    public let output: FeatureShape
    public let parameters: Int
    /// The number of multiply-accumulates.
    public let macs: Int
    /// The size of the output in bytes of single precision; zero for the identity, which needs no separate output.
    public let activationBytes: Int
    /// The number of layers with weights (convolutions and linear layers) on the longest path from the image through this layer.
    public let depth: Int
}

/// The cost of a network, computed without building it.
public struct NetworkCost: Hashable, Sendable {
    /// The number of learned parameters: weights of convolutions, scales and shifts of norms, biases, and the classifier's parameters.
    public let parameters: Int
    /// The number of multiply-accumulates for one image in convolutions and the classifier, including its bias.
    public let macs: Int
    /// The size of all layer outputs for one image, in bytes of single precision. Training keeps them for the backward pass.
    public let activationBytes: Int
    /// The peak memory of inference for one image, in bytes, including the image. Each output is released after its last use.
    public let peakActivationBytes: Int
    /// The number of layers with weights on the longest path from the image to the logits.
    public let depth: Int
    /// One entry for each node except the image, in the order of the graph.
    public let layers: [LayerCost]
}

extension Layer {
    /// The parameters and multiply-accumulates at an output shape.
    func cost(_ output: FeatureShape) -> (parameters: Int, macs: Int) {
        (traits.parameters, traits.macsPerPixel * output.height * output.width)
    }

    public var hasWeights: Bool { traits.hasWeights }
}

extension LayerGraph {
    /// Bytes of a number in single precision.
    static let bytesPerNumber = 4

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

    var peakActivationBytes: Int {
        // An identity's output shares the memory of its input.
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
