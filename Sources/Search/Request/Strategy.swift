import SearchSpace

/// The way in which candidates are chosen.
public enum Strategy: String, Sendable, Codable, CaseIterable {
    case random
    /// Regularized evolution (``EvolutionProposer``).
    case evolution
    /// Evolution towards the Pareto front of score and cost (``ParetoProposer``).
    case pareto
    /// Neighbors of the best (``LocalSearchProposer``).
    case local
    /// Random candidates in three rungs. The best third of a rung advances and trains three times as long (``SuccessiveHalving``).
    case halving
    /// All architectures, in order of their number (``ExhaustiveProposer``).
    case exhaustive
}

extension LimitedDraw {
    /// Returns the proposer of a run.
    /// - Parameter cost: the cost that ``Strategy/pareto`` keeps low.
    func proposer(_ strategy: Strategy, cost: CostKind, seed: UInt64) throws -> any Proposer {
        let draw: RandomProposer.Draw = { try self(using: &$0) }
        let mutate: EvolutionProposer.Mutation = { parent, generator in
            try space.mutated(try space.architecture(parent.architecture), using: &generator).flatMap(admitted)
        }
        switch strategy {
        case .random, .halving: return RandomProposer(seed: seed, draw: draw)
        case .evolution: return EvolutionProposer(seed: seed, draw: draw, mutate: mutate)
        case .pareto:
            return ParetoProposer(seed: seed, cost: cost, draw: draw, mutate: mutate) { first, second, isMutated, generator in
                let (first, second) = try (space.architecture(first.architecture), space.architecture(second.architecture))
                guard let child = space.recombined(first, second, using: &generator) else { return nil }
                return try (isMutated ? space.mutated(child, using: &generator) : child).flatMap(admitted)
            }
        case .local: return LocalSearchProposer(seed: seed, draw: draw, mutate: mutate)
        case .exhaustive:
            return ExhaustiveProposer(count: try space.numberedCount()) { try space.architecture(number: $0).flatMap(admitted) }
        }
    }
}
