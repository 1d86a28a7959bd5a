import Networks
import SearchSpace
import Tensors

/// A network with its parameters and norm statistics: everything that logits depend on.
public struct TrainedNetwork {
    public let network: Network
    /// Flat, in the order of the network's layout.
    public let parameters: Tensor
    /// The statistics of every norm, in node order.
    public let statistics: [NormStatistics]
    private let compiled: (program: NetworkProgram, workspace: NetworkProgram.Workspace, statistics: Tensor)?

    /// - Parameters:
    ///   - network: the network, with the norms it was trained with.
    ///   - parameters: the flat vector of all parameters.
    ///   - calibration: normalized images that the statistics are computed from.
    public init(_ network: Network, _ parameters: Tensor, calibration: Tensor) {
        self.network = network
        self.parameters = parameters
        switch Differentiation.fastest(on: parameters.device) {
        case .program:
            let (program, workspace) = (NetworkProgram(network), NetworkProgram.Workspace())
            let flat = program.statistics(parameters, on: calibration, in: workspace)
            compiled = (program, workspace, flat)
            let lengths = Self.normChannels(network).flatMap { [$0, $0] }
            let halves = lengths.isEmpty ? [] : flat.split(lengths)
            statistics = stride(from: 0, to: halves.count, by: 2).map { NormStatistics(mean: halves[$0], variance: halves[$0 + 1]) }
        case .graphs:
            compiled = nil
            statistics = withoutGradients { network.statistics(on: calibration, parameters: network.layout.pieces(of: parameters)) }
        }
    }

    public init(_ network: Network, _ parameters: Tensor, statistics: [NormStatistics]) {
        self.network = network
        self.parameters = parameters
        self.statistics = statistics
        switch Differentiation.fastest(on: parameters.device) {
        case .program:
            let flat = statistics.flatMap { [$0.mean, $0.variance] }
            compiled = (
                NetworkProgram(network), NetworkProgram.Workspace(),
                flat.isEmpty ? Tensor.zeros([0], type: parameters.type) : Tensor.concatenated(flat)
            )
        case .graphs: compiled = nil
        }
    }

    /// Returns logits [n, classes] of normalized images [n, channels, height, width].
    public func logits(_ images: Tensor) -> Tensor {
        if let compiled { return compiled.program.logits(parameters, images, statistics: compiled.statistics, in: compiled.workspace) }
        return withoutGradients {
            network.logits(images, parameters: network.layout.pieces(of: parameters), statistics: .given(statistics))
        }
    }

    /// Returns the number of channels of every norm, in node order.
    private static func normChannels(_ network: Network) -> [Int] {
        network.graph.nodes.compactMap(\.layer.traits.statisticsChannels)
    }
}
