import SearchSpace
import Tensors

/// How a network normalizes the outputs of its convolutions.
public enum NormKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Batch normalization with the batch's mean and variance (Ioffe and Szegedy, 2015).
    case batch
    /// Weight normalization, w = gain · v / ‖v‖, with mean-only batch normalization (Salimans and Kingma, "Weight Normalization", 2016,
    /// sections 2 and 4), as in the publication of Generative Teaching Networks.
    case meanOnly = "mean-only"
}

/// A network: a pure function of parameters and input, built from a layer graph.
public struct Network: Sendable {
    public static let epsilon = 1e-5

    public let graph: LayerGraph
    public let normKind: NormKind
    public let layout: ParameterLayout
    /// The index of each node's first parameter.
    let firstParameter: [Int]
    /// For each node, the last node that reads its output. The output is released there.
    private let lastReader: [Int]

    public init(_ graph: LayerGraph, normKind: NormKind = .batch) {
        self.graph = graph
        self.normKind = normKind
        var parameters: [Parameter] = []
        var first: [Int] = []
        var isRectified = [Bool](repeating: true, count: graph.nodes.count)
        for node in graph.nodes {
            let isRectifier = if case .activation(let activation) = node.layer { activation.isRectifier } else { false }
            if !isRectifier { for input in node.inputs { isRectified[input] = false } }
        }
        isRectified[graph.output] = false
        for (index, node) in graph.nodes.enumerated() {
            first.append(parameters.count)
            parameters += node.parameters(normKind, isRectified: isRectified[index])
        }
        layout = ParameterLayout(parameters)
        firstParameter = first
        var last = Array(graph.nodes.indices)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { last[input] = index }
        }
        last[graph.output] = graph.nodes.count
        lastReader = last
    }

    /// The source of the mean and variance of norms.
    public enum Statistics {
        case ofBatch
        case given([NormStatistics])
        /// Norms are skipped. Some scores are defined on networks without norms.
        case none
    }

    /// Observes the output of a node and returns the value to continue with.
    public typealias Tap = (_ node: LayerGraph.Node, _ output: Tensor) -> Tensor

    /// Indices into `layout.parameters` of the weights of convolutions and linear layers.
    public var weightIndices: [Int] {
        graph.nodes.indices.filter { graph.nodes[$0].layer.hasWeights }.map { firstParameter[$0] }
    }

    /// Returns logits [n, classes] for images [n, channels, height, width].
    ///
    /// - Parameters:
    ///   - images: normalized images.
    ///   - parameters: one tensor per parameter of `layout`, in its order.
    ///   - statistics: the statistics that norms use: the batch's, or given ones.
    ///   - dropout: the generator of dropout masks; nil disables dropout.
    ///   - tap: receives each node's output.
    public func logits(
        _ images: Tensor, parameters: [Tensor], statistics: Statistics = .ofBatch, dropout: TensorGenerator? = nil, tap: Tap? = nil
    ) -> Tensor {
        var pass = Pass(images: images, normKind: normKind, statistics: statistics, dropout: dropout)
        return forward(parameters, &pass, tap)
    }

    /// Returns the statistics of every norm on these images, in node order, for later evaluation with `.given`.
    public func statistics(on images: Tensor, parameters: [Tensor]) -> [NormStatistics] {
        var pass = Pass(images: images, normKind: normKind, statistics: .ofBatch)
        pass.collects = true
        _ = forward(parameters, &pass, nil)
        return pass.collected
    }

    /// The state that the layers of one forward pass share.
    struct Pass {
        let images: Tensor
        let normKind: NormKind
        let dropout: TensorGenerator?
        let statistics: Statistics
        /// Whether to collect the statistics that norms compute.
        var collects = false
        private(set) var collected: [NormStatistics] = []
        private var norms = 0

        init(images: Tensor, normKind: NormKind, statistics: Statistics, dropout: TensorGenerator? = nil) {
            self.images = images
            self.normKind = normKind
            self.statistics = statistics
            self.dropout = dropout
        }

        /// Returns the output of the next norm.
        mutating func normalized(_ x: Tensor, _ parameters: ArraySlice<Tensor>) -> Tensor {
            defer { norms += 1 }
            switch statistics {
            case .ofBatch where collects:
                let statistics = NormStatistics(of: x)
                collected.append(statistics)
                return normalized(x, parameters, by: statistics)
            case .ofBatch: return normalizedByBatch(x, parameters)
            case .given(let all): return normalized(x, parameters, by: all[norms])
            case .none: return x
            }
        }

        private func normalizedByBatch(_ x: Tensor, _ parameters: ArraySlice<Tensor>) -> Tensor {
            let first = parameters.startIndex
            switch normKind {
            case .batch:
                return x.batchNorm(scale: parameters[first], shift: parameters[first + 1], epsilon: Network.epsilon)
            case .meanOnly:
                return x - x.mean([0, 2, 3], keepAxes: true) + parameters[first].reshaped([1, -1, 1, 1])
            }
        }

        private func normalized(_ x: Tensor, _ parameters: ArraySlice<Tensor>, by statistics: NormStatistics) -> Tensor {
            let first = parameters.startIndex
            switch normKind {
            case .batch:
                return x.batchNorm(
                    scale: parameters[first], shift: parameters[first + 1], mean: statistics.mean, variance: statistics.variance,
                    epsilon: Network.epsilon)
            case .meanOnly:
                return x + (parameters[first] - statistics.mean).reshaped([1, -1, 1, 1])
            }
        }
    }

    private func forward(_ parameters: [Tensor], _ pass: inout Pass, _ tap: Tap?) -> Tensor {
        precondition(parameters.count == layout.parameters.count, "expected \(layout.parameters.count) parameters, got \(parameters.count)")
        var outputs = [Tensor?](repeating: nil, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            let output = node.apply(node.inputs.map { outputs[$0]! }, parameters[firstParameter[index]...], &pass)
            outputs[index] = tap?(node, output) ?? output
            for input in node.inputs where lastReader[input] == index { outputs[input] = nil }
        }
        let logits = outputs[graph.output]!
        return logits.reshaped([logits.shape[0], graph.classes])
    }
}

/// The mean and biased variance of a norm's input, per channel.
public struct NormStatistics {
    public let mean: Tensor
    public let variance: Tensor

    public init(mean: Tensor, variance: Tensor) {
        self.mean = mean
        self.variance = variance
    }

    init(of x: Tensor) {
        let mean = x.mean([0, 2, 3], keepAxes: true)
        self.mean = mean.reshaped([-1])
        variance = (x - mean).power(2).mean([0, 2, 3])
    }
}
