import Networks
import SearchSpace
import Tensors

/// A trained network as other programs are given it: layers, their numbers by name, and what its images are normalized by.
///
/// It takes images scaled to [0, 1] and normalizes them itself.
public struct InferenceModel {
    /// The layers. Norms are batch norms by stored statistics; dropout and drop-path do nothing.
    public private(set) var graph: LayerGraph
    /// float32, by the name of the layer and of the tensor: `stem/conv.weight`, `stem/norm.mean`.
    public private(set) var tensors: [String: Tensor]
    /// Per channel, of pixels in [0, 1].
    public let mean: [Double]
    public let standardDeviation: [Double]
    /// What is told of the model in its file, by name.
    public var facts: [String: String]
    /// Whether some tensors are others than those that the network was trained to.
    public private(set) var isChanged = false

    /// - Parameters:
    ///   - network: as it was trained.
    ///   - parameters: one tensor per parameter of the network's layout, in its order.
    ///   - statistics: of every norm, in the order of the graph's nodes.
    ///   - mean: per channel, of pixels in [0, 1].
    ///   - standardDeviation: likewise.
    ///   - facts: what the exported file tells of itself, by name.
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

    /// A tensor of a layer.
    func tensor(_ node: LayerGraph.Node, _ suffix: String) -> Tensor { tensors["\(node.name).\(suffix)"]! }

    /// Weight norms and mean-only batch norms become plain convolutions and biases: w = gain · v / ‖v‖ and b = shift − mean.
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

    /// Puts a bias in a norm's place.
    private mutating func replaceNorm(at index: Int, channels: Int, by shift: Tensor) {
        let name = graph.nodes[index].name
        for suffix in ["weight", "mean", "variance"] { tensors["\(name).\(suffix)"] = nil }
        tensors["\(name).bias"] = shift.to(.float32)
        graph.nodes[index].layer = .bias(channels: channels)
    }

    /// How often each node's output is read; the network's output once more.
    var readers: [Int] {
        var readers = [Int](repeating: 0, count: graph.nodes.count)
        for node in graph.nodes { for input in node.inputs { readers[input] += 1 } }
        readers[graph.output] += 1
        return readers
    }

    /// The same function with each batch norm folded into the convolution before it, where nothing else reads that one:
    ///
    ///     w ← w · s / √(v + ε),    b ← shift − mean · s / √(v + ε)
    ///
    /// with s the norm's scale. The norm's node becomes a bias. Norms of anything else stay. Exact but for rounding.
    /// - Returns: the model, and how many norms were folded.
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

    /// The bias that a convolution can add itself, if nothing else reads the convolution: index of its node.
    func bias(of convolution: Int, readers: [Int]) -> Int? {
        guard readers[convolution] == 1 else { return nil }
        return graph.nodes.firstIndex { $0.inputs == [convolution] && { if case .bias = $0 { true } else { false } }($0.layer) }
    }

    /// Logits [n, classes] of images [n, channels, height, width] scaled to [0, 1], by libtorch: what the exported file computes.
    public func logits(_ images: Tensor) -> Tensor { prepared(images.type)(images) }

    /// The same function, ready to be called often.
    public func prepared(_ type: ScalarType = .float32) -> (Tensor) -> Tensor {
        let network = Network(graph)
        let perChannel = [1, mean.count, 1, 1]
        let (mean, deviation) = (Tensor(mean, shape: perChannel).to(type), Tensor(standardDeviation, shape: perChannel).to(type))
        let statistics = graph.nodes.compactMap { node -> NormStatistics? in
            guard node.layer.traits.statisticsChannels != nil else { return nil }
            return NormStatistics(mean: tensor(node, "mean"), variance: tensor(node, "variance"))
        }
        let parameters = network.layout.parameters.map { tensors[$0.name]! }
        return { images in
            withoutGradients { network.logits((images - mean) / deviation, parameters: parameters, statistics: .given(statistics)) }
        }
    }
}
