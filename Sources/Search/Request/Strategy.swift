import Basics
import ResultStore
import SearchSpace

/// How candidates are chosen.
public enum Strategy: String, Sendable, Codable, CaseIterable {
    case random
    /// Regularized evolution (``EvolutionProposer``).
    case evolution
    /// Neighbors of the best (``LocalSearchProposer``).
    case local
    /// Random ones, the best third of which trains three times as long, twice over (``SuccessiveHalving``).
    case halving
    /// All architectures, in their order (``ExhaustiveProposer``).
    case exhaustive
}

extension SearchSpace {
    /// What proposes a run's candidates. Those whose output ignores the image are never proposed: all of them are at chance.
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
                \(name): of \(Self.drawsAllowed) random architectures, none reads its input\(limits.text.map { " with \($0)" } ?? ""); \
                \(limits.text == nil ? "connect the network's output to the image" : "allow more")
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
