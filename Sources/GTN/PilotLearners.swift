import Basics
import Foundation
import Networks
import SearchSpace

/// Architectures of known real accuracy, with fresh parameters.
public struct PilotLearners: LearnerSource {
    private let members: [(network: Network, accuracy: Double, besideLoss: Double?)]

    /// - Parameters:
    ///   - space: the space at the settings at which candidates are scored.
    ///   - pilot: at least two architectures and their real accuracies.
    ///   - besideParameters: whether the standardized logarithm of the parameter count is combined with the loss to rank learners.
    ///   - normKind: how the networks normalize.
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
