import Basics
import Networks
import SearchSpace
import Tensors

/// Measures the latency of candidates on this machine, for a batch of images. It runs the exported network, with folded norms, in libtorch
/// on one thread. Parameters are untrained, which does not affect the latency.
public struct LatencyMeter: LatencySource {
    /// Number of rounds. A round measures every candidate of a group once, so a busy moment affects only one measurement of each.
    private static let rounds = 15
    private static let warmUps = 2
    /// Number of networks that are in memory at the same time.
    private static let group = 50

    private let batch: Int

    /// - Parameter batch: number of images per pass.
    public init(batch: Int = 1) { self.batch = batch }

    public var name: String {
        "libtorch \(Runtime.libtorchVersion), one thread, batch \(batch), float32, on \(Processor.name ?? "an unknown processor")"
    }

    public func milliseconds(of architecture: Architecture, in space: SearchSpace) throws -> Double? {
        1_000 * seconds([(space, architecture)])[0]
    }

    /// Returns the median over the rounds in seconds, in the order of the architectures.
    ///
    /// - Parameters:
    ///   - networks: the architectures to measure with their spaces, at the same image size.
    ///   - onProgress: receives the number of architectures measured so far.
    public func seconds(_ networks: [(space: SearchSpace, architecture: Architecture)], onProgress: (Int) -> Void = { _ in }) -> [Double] {
        guard let image = networks.first?.space.image else { return [] }
        let threads = Runtime.threads
        defer { Runtime.threads = threads }
        Runtime.threads = 1
        let images = Tensor.zeros([batch, image.channels, image.height, image.width])
        var medians: [Double] = []
        for start in stride(from: 0, to: networks.count, by: Self.group) {
            onProgress(start)
            let prepared = networks[start..<min(start + Self.group, networks.count)].map {
                InferenceModel.untrained($0.architecture, in: $0.space).prepared()
            }
            var measured = [[Double]](repeating: [], count: prepared.count)
            for round in -Self.warmUps..<Self.rounds {
                for (index, network) in prepared.enumerated() {
                    let watch = Stopwatch()
                    // Reading the result ensures that the work is done.
                    _ = network(images).argmax(1).scalars(Int64.self)
                    if round >= 0 { measured[index].append(watch.seconds) }
                }
            }
            medians += measured.map { $0.sorted()[Self.rounds / 2] }
        }
        return medians
    }
}

extension InferenceModel {
    /// The network of an architecture as it is exported, with untrained parameters and folded norms. It takes images scaled to [0, 1].
    static func untrained(_ architecture: Architecture, in space: SearchSpace) -> InferenceModel {
        let network = Network(space.canonicalGraph(of: architecture))
        let statistics = network.graph.nodes.compactMap { node -> NormStatistics? in
            guard let channels = node.layer.traits.statisticsChannels else { return nil }
            return NormStatistics(mean: Tensor.zeros([channels]), variance: Tensor.ones([channels]))
        }
        let channels = [Double](repeating: 0.5, count: space.image.channels)
        return InferenceModel(
            network, parameters: network.layout.pieces(of: network.layout.initialValues(using: TensorGenerator(seed: 0))),
            statistics: statistics, mean: channels, standardDeviation: channels
        ).folded().model
    }
}
