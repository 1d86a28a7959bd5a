import SearchSpace

/// The way in which candidates are chosen.
public enum Strategy: String, Sendable, Codable, CaseIterable {
    case random
    /// Regularized evolution (``EvolutionProposer``).
    case evolution
    /// Neighbors of the best (``LocalSearchProposer``).
    case local
    /// Random candidates in three rungs. The best third of a rung advances and trains three times as long (``SuccessiveHalving``).
    case halving
    /// All architectures, in order of their number (``ExhaustiveProposer``).
    case exhaustive
}

extension LimitedDraw {
    /// Returns the proposer of a run.
    func proposer(_ strategy: Strategy, seed: UInt64) throws -> any Proposer {
        let draw: RandomProposer.Draw = { try self(using: &$0) }
        let mutate: EvolutionProposer.Mutation = { parent, generator in
            try space.mutated(try space.architecture(parent.architecture), using: &generator).flatMap(admitted)
        }
        switch strategy {
        case .random, .halving: return RandomProposer(seed: seed, draw: draw)
        case .evolution: return EvolutionProposer(seed: seed, draw: draw, mutate: mutate)
        case .local: return LocalSearchProposer(seed: seed, draw: draw, mutate: mutate)
        case .exhaustive:
            return ExhaustiveProposer(count: try space.numberedCount()) { try space.architecture(number: $0).flatMap(admitted) }
        }
    }
}
