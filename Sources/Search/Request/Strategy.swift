import Basics
import ResultStore
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

extension SearchSpace {
    /// Returns the proposer of a run. It skips architectures whose output ignores the image, because they cannot beat chance.
    func proposer(_ strategy: Strategy, within limits: CostLimits, seed: UInt64) throws -> any Proposer {
        @Sendable func admitted(_ architecture: Architecture) -> Candidate? {
            guard canonicalGraph(of: architecture).readsItsInput else { return nil }
            let candidate = candidate(architecture)
            return limits.admit(candidate) ? candidate : nil
        }
        let draw: RandomProposer.Draw = { generator in
            for _ in 0..<Self.drawsAllowed {
                if let candidate = admitted(sample(using: &generator)) { return candidate }
            }
            throw InputError(
                """
                \(name): none of \(Self.drawsAllowed) random architectures reads its input\
                \(limits.text.map { " and has \($0)" } ?? ""); \
                \(limits.text == nil ? "connect the network's output to the image" : "raise the limit")
                """)
        }
        let mutate: EvolutionProposer.Mutation = { parent, generator in
            mutated(try architecture(parent.architecture), using: &generator).flatMap(admitted)
        }
        switch strategy {
        case .random, .halving: return RandomProposer(seed: seed, draw: draw)
        case .evolution: return EvolutionProposer(seed: seed, draw: draw, mutate: mutate)
        case .local: return LocalSearchProposer(seed: seed, draw: draw, mutate: mutate)
        case .exhaustive:
            return ExhaustiveProposer(count: try numberedCount()) { architecture(number: $0).flatMap(admitted) }
        }
    }

    private static var drawsAllowed: Int { 10_000 }
}
