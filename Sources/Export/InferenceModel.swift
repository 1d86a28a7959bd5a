import Networks
import SearchSpace
import Tensors

/// A trained network for export: its layers, named tensors and image normalization.
///
/// The model takes images scaled to [0, 1] and normalizes them itself.
public struct InferenceModel {
    /// The layers. Norms are batch norms with stored statistics; dropout and drop-path are inactive.
    public private(set) var graph: LayerGraph
    /// float32 tensors by layer and tensor name: `stem/conv.weight`, `stem/norm.mean`.
    public private(set) var tensors: [String: Tensor]
    /// Mean of each channel, for pixels in [0, 1].
    public let mean: [Double]
    public let standardDeviation: [Double]
    /// Facts about the model that the exported file records, by name.
    public var facts: [String: String]
    /// Whether tensors differ from the trained ones, because weight norms were resolved or norms folded.
    public private(set) var isChanged = false

    /// - Parameters:
    ///   - network: the trained network.
    ///   - parameters: one tensor per parameter of the network's layout, in its order.
    ///   - statistics: the statistics of every norm, in node order.
    ///   - mean: mean of each channel, for pixels in [0, 1].
    ///   - standardDeviation: standard deviation of each channel, for pixels in [0, 1].
    ///   - facts: facts that the exported file records, by name.
    public init(
        _ network: Network, parameters: [Tensor], statistics: [NormStatistics], mean: [Double], standardDeviation: [Double],
        facts: [String: String] = [:]
    ) {
        graph = network.graph
        self.mean = mean
        self.standardDeviation = standardDeviation
        self.facts = facts
        tensors = Dictionary(uniqueKeysWithValues: zip(network.layout.parameters.map(\.name), parameters))
        var norms = statistics.makeIterator()
        for node in graph.nodes {
            guard node.layer.traits.statisticsChannels != nil, let norm = norms.next() else { continue }
            tensors["\(node.name).mean"] = norm.mean
            tensors["\(node.name).variance"] = norm.variance
        }
        if network.normKind == .meanOnly { resolveWeightNorms() }
    }

    /// Returns a tensor of a layer.
    func tensor(_ node: LayerGraph.Node, _ suffix: String) -> Tensor { tensors["\(node.name).\(suffix)"]! }

    /// Replaces weight norms and mean-only batch norms by plain convolutions and biases: w = gain · v / ‖v‖ and b = shift − mean.
    private mutating func resolveWeightNorms() {
        isChanged = true
        for (index, node) in graph.nodes.enumerated() {
            if let gain = tensors.removeValue(forKey: "\(node.name).gain") {
                let weight = tensor(node, "weight").to(.float64)
                let length = (weight * weight).sum([1, 2, 3], keepAxes: true).squareRoot()
                tensors["\(node.name).weight"] = (weight * (gain.to(.float64).reshaped([-1, 1, 1, 1]) / length)).to(.float32)
            }
            if let channels = node.layer.traits.statisticsChannels {
                let shift = tensor(node, "bias").to(.float64) - tensor(node, "mean").to(.float64)
                replaceNorm(at: index, channels: channels, by: shift)
            }
        }
    }

    /// Replaces a norm by a bias.
    private mutating func replaceNorm(at index: Int, channels: Int, by shift: Tensor) {
        let name = graph.nodes[index].name
        for suffix in ["weight", "mean", "variance"] { tensors["\(name).\(suffix)"] = nil }
        tensors["\(name).bias"] = shift.to(.float32)
        graph.nodes[index].layer = .bias(channels: channels)
    }

    /// The number of readers of each node's output. The network's output counts as one more reader.
    var readers: [Int] {
        var readers = [Int](repeating: 0, count: graph.nodes.count)
        for node in graph.nodes { for input in node.inputs { readers[input] += 1 } }
        readers[graph.output] += 1
        return readers
    }

    /// Returns the same function with each batch norm folded into the preceding convolution, if no other node reads that convolution:
    ///
    ///     w ← w · s / √(v + ε),    b ← shift − mean · s / √(v + ε)
    ///
    /// where s is the norm's scale. The norm's node becomes a bias. Other norms stay. The result is exact up to rounding.
    ///
    /// - Returns: the model, and the number of folded norms.
    public func folded() -> (model: InferenceModel, count: Int) {
        var model = self
        let readers = readers
        var count = 0
        for (index, node) in graph.nodes.enumerated() {
            guard let channels = node.layer.traits.statisticsChannels, case .convolution = graph.nodes[node.inputs[0]].layer,
                readers[node.inputs[0]] == 1
            else { continue }
            let convolution = graph.nodes[node.inputs[0]]
            let scale = tensor(node, "weight").to(.float64) / (tensor(node, "variance").to(.float64) + Network.epsilon).squareRoot()
            let weight = tensor(convolution, "weight").to(.float64) * scale.reshaped([-1, 1, 1, 1])
            model.tensors["\(convolution.name).weight"] = weight.to(.float32)
            model.replaceNorm(
                at: index, channels: channels, by: tensor(node, "bias").to(.float64) - tensor(node, "mean").to(.float64) * scale)
            count += 1
        }
        model.isChanged = isChanged || count > 0
        return (model, count)
    }

    /// Returns the index of the bias node that can be merged into a convolution, if no other node reads the convolution.
    func bias(of convolution: Int, readers: [Int]) -> Int? {
        guard readers[convolution] == 1 else { return nil }
        return graph.nodes.firstIndex { $0.inputs == [convolution] && { if case .bias = $0 { true } else { false } }($0.layer) }
    }

    /// Returns the logits [n, classes] that the exported file computes, as libtorch computes them. Images are [n, channels, height, width],
    /// scaled to [0, 1].
    public func logits(_ images: Tensor) -> Tensor { prepared(images.type)(images) }

    /// Replaces a tensor by another of the same shape.
    mutating func replace(_ name: String, by tensor: Tensor) {
        isChanged = true
        tensors[name] = tensor
    }

    /// Returns the same function, prepared for repeated calls.
    /// - Parameter tap: receives each node's output.
    func prepared(_ type: ScalarType = .float32, tap: Network.Tap? = nil) -> (Tensor) -> Tensor {
        let network = Network(graph)
        let perChannel = [1, mean.count, 1, 1]
        let (mean, deviation) = (Tensor(mean, shape: perChannel).to(type), Tensor(standardDeviation, shape: perChannel).to(type))
        let statistics = graph.nodes.compactMap { node -> NormStatistics? in
            guard node.layer.traits.statisticsChannels != nil else { return nil }
            return NormStatistics(mean: tensor(node, "mean"), variance: tensor(node, "variance"))
        }
        let parameters = network.layout.parameters.map { tensors[$0.name]! }
        return { images in
            withoutGradients {
                network.logits((images - mean) / deviation, parameters: parameters, statistics: .given(statistics), tap: tap)
            }
        }
    }
}
