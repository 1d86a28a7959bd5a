import Networks
import SearchSpace

/// Where meta-training takes the architectures of its learners from.
public protocol LearnerSource: Sendable {
    /// A network to train; the same seed gives the same one.
    func network(seed: UInt64) -> Network
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

    public func network(seed: UInt64) -> Network {
        var random = SeededGenerator(seed: seed)
        // The settings of a space that was read can always be set to the values that it names itself.
        let space = randomSettings ? try! self.space.withRandomLearnerSettings(using: &random) : self.space
        while true {
            let architecture = space.sample(using: &random)
            let graph = space.canonicalGraph(of: architecture)
            // What ignores its input teaches a teacher nothing.
            guard graph.readsItsInput, !excluded.contains(space.hash(of: architecture)) else { continue }
            return Network(graph, normKind: normKind)
        }
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
