import Basics
import Networks
import SearchSpace

/// Random architectures of a search space, of random width where the space names widths for learners, without those that are excluded.
public struct SpaceLearners: LearnerSource {
    public let space: SearchSpace
    public let normKind: NormKind
    /// Hashes that are never drawn: a teacher is not trained on the architectures that it is evaluated on.
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
            // A network that ignores its input gives no gradient.
            guard graph.readsItsInput, !excluded.contains(space.hash(of: architecture)) else { continue }
            return Learner(Network(graph, normKind: normKind), from: .drawn(seed: seed))
        }
    }
}
