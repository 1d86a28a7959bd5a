import Networks

/// Learners of a single network, with fixed or fresh parameters.
public struct NetworkLearners: LearnerSource {
    public let network: Network
    /// The seed of the parameters that all learners share; nil draws fresh parameters for each.
    public let fixedSeed: UInt64?

    public init(_ network: Network, fixedSeed: UInt64?) {
        self.network = network
        self.fixedSeed = fixedSeed
    }

    public func learner(seed: UInt64) -> Learner { Learner(network, from: .drawn(seed: fixedSeed ?? seed)) }
}
