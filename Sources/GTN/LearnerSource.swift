import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// A network and the parameters that it starts from.
public struct Learner: Sendable {
    public enum Start: Sendable {
        /// Fresh parameters, by this seed.
        case drawn(seed: UInt64)
        /// These.
        case given(TensorSnapshot)
    }

    public let network: Network
    public let start: Start
    /// What its architecture reaches in full training on real data, or what else is to order it among others, where that is known.
    public let accuracy: Double?
    /// What ranks it beside its loss, where anything does: lower is better, in standard deviations.
    public let besideLoss: Double?

    public init(_ network: Network, from start: Start, accuracy: Double? = nil, besideLoss: Double? = nil) {
        self.network = network
        self.start = start
        self.accuracy = accuracy
        self.besideLoss = besideLoss
    }

    /// θ₀, flat.
    public func initialParameters(on device: Device = .cpu) -> Tensor {
        switch start {
        case .drawn(let seed): Scorer.initialParameters(network, seed: seed, device: device)
        case .given(let parameters): parameters.tensor(on: device)
        }
    }
}

/// Where meta-training takes its learners from.
public protocol LearnerSource: Sendable {
    /// A learner to train; the same seed gives the same one.
    func learner(seed: UInt64) -> Learner
}

/// One network, its parameters fixed or fresh for every learner.
public struct NetworkLearners: LearnerSource {
    public let network: Network
    /// The seed of the parameters that all learners start from; nil draws them anew for each.
    public let fixedSeed: UInt64?

    public init(_ network: Network, fixedSeed: UInt64?) {
        self.network = network
        self.fixedSeed = fixedSeed
    }

    public func learner(seed: UInt64) -> Learner { Learner(network, from: .drawn(seed: fixedSeed ?? seed)) }
}

/// Random architectures of a search space, of random width where the space names widths for learners, without those that are excluded.
public struct SpaceLearners: LearnerSource {
    public let space: SearchSpace
    public let normKind: NormKind
    /// Hashes that are never drawn: what a teacher is judged on, it must not have been trained on.
    public let excluded: Set<String>
    public let randomSettings: Bool

    public init(_ space: SearchSpace, normKind: NormKind = .batch, excluded: Set<String> = [], randomSettings: Bool = true) {
        self.space = space
        self.normKind = normKind
        self.excluded = excluded
        self.randomSettings = randomSettings
    }

    public func learner(seed: UInt64) -> Learner {
        var random = SeededGenerator(seed: seed)
        // The settings of a space that was read can always be set to the values that it names itself.
        let space = randomSettings ? try! self.space.withRandomLearnerSettings(using: &random) : self.space
        while true {
            let architecture = space.sample(using: &random)
            let graph = space.canonicalGraph(of: architecture)
            // What ignores its input teaches a teacher nothing.
            guard graph.readsItsInput, !excluded.contains(space.hash(of: architecture)) else { continue }
            return Learner(Network(graph, normKind: normKind), from: .drawn(seed: seed))
        }
    }
}

/// Architectures whose real accuracy is known, drawn with fresh parameters.
public struct PilotLearners: LearnerSource {
    private let members: [(network: Network, accuracy: Double, besideLoss: Double?)]

    /// - Parameters:
    ///   - space: at the settings that candidates are scored at.
    ///   - pilot: at least two architectures and their real accuracies.
    ///   - besideParameters: whether the logarithm of their numbers of parameters, of mean 0 and variance 1 over the pilot, ranks them beside their losses.
    ///   - normKind: of the networks.
    public init(
        _ space: SearchSpace, _ pilot: [(architecture: Architecture, accuracy: Double)], besideParameters: Bool = false,
        normKind: NormKind = .batch
    ) {
        let networks = pilot.map { Network(space.canonicalGraph(of: $0.architecture), normKind: normKind) }
        let sizes = networks.map { log(Double($0.graph.cost.parameters)) }
        let mean = sizes.mean
        let deviation = (sizes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sizes.count)).squareRoot()
        members = pilot.indices.map { index in
            (networks[index], pilot[index].accuracy, besideParameters && deviation > 0 ? (mean - sizes[index]) / deviation : nil)
        }
    }

    public func learner(seed: UInt64) -> Learner {
        var random = SeededGenerator(seed: seed)
        let member = members.randomElement(using: &random)!
        return Learner(member.network, from: .drawn(seed: seed), accuracy: member.accuracy, besideLoss: member.besideLoss)
    }
}

extension LayerGraph {
    /// Whether the output depends on the image at all.
    public var readsItsInput: Bool {
        var reads = [Bool](repeating: false, count: nodes.count)
        for (index, node) in nodes.enumerated() {
            reads[index] = node.layer == .input || node.layer != .zero && node.inputs.contains { reads[$0] }
        }
        return reads[output]
    }
}
