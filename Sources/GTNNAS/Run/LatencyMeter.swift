import Export
import GTN
import Networks
import SearchSpace
import Tensors

/// What candidates take for a batch of images on this machine: the network that `export` writes with folded norms, computed by libtorch on one
/// thread. Its numbers are not trained, which takes as long.
struct LatencyMeter {
    /// All candidates are measured once, then all again: a busy moment falls on one measurement of each.
    static let rounds = 15
    private static let warmUps = 2

    let space: SearchSpace
    /// Images of one pass.
    let batch: Int

    /// The median over the rounds, in seconds, in the order of the architectures.
    func seconds(_ architectures: [String]) throws -> [Double] {
        Runtime.threads = 1
        let models = try architectures.map { try model(space.architecture($0)) }
        let images = Tensor.zeros([batch, space.image.channels, space.image.height, space.image.width])
        var measured = [[Double]](repeating: [], count: models.count)
        for round in -Self.warmUps..<Self.rounds {
            for (index, model) in models.enumerated() {
                let watch = Stopwatch()
                _ = model.logits(images).argmax(1).scalars(Int64.self)
                if round >= 0 { measured[index].append(watch.seconds) }
            }
        }
        return measured.map { $0.sorted()[Self.rounds / 2] }
    }

    private func model(_ architecture: Architecture) -> InferenceModel {
        let network = Network(space.canonicalGraph(of: architecture))
        let statistics = network.graph.nodes.compactMap { node -> NormStatistics? in
            guard case .norm(let channels) = node.layer else { return nil }
            return NormStatistics(mean: Tensor.zeros([channels]), variance: Tensor.ones([channels]))
        }
        let channels = [Double](repeating: 0.5, count: space.image.channels)
        return InferenceModel(
            network, parameters: network.layout.pieces(of: Scorer.initialParameters(network, seed: 0)), statistics: statistics, mean: channels,
            standardDeviation: channels
        ).folded().model
    }
}
