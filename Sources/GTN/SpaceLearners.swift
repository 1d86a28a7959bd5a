import Basics
import Networks
import SearchSpace

/// Random architectures of a search space, except excluded ones. Their widths are random if the space declares widths for learners.
public struct SpaceLearners: LearnerSource {
    public let space: SearchSpace
    public let normKind: NormKind
    /// Hashes of architectures that are never drawn, so that a teacher can be evaluated on architectures it was not trained with.
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
        // Settings that the space itself declares are always valid.
        let space = randomSettings ? try! self.space.withRandomLearnerSettings(using: &random) : self.space
        while true {
            let architecture = space.sample(using: &random)
            let graph = space.canonicalGraph(of: architecture)
            // A network that ignores its input has no gradient.
            guard graph.readsItsInput, !excluded.contains(space.hash(of: architecture)) else { continue }
            return Learner(Network(graph, normKind: normKind), from: .drawn(seed: seed))
        }
    }
}
