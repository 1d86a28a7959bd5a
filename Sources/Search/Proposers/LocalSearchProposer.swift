import ResultStore
import Basics

/// Local search: proposes neighbors of the best candidate so far, and moves to the first better one. When all neighbors are exhausted, it
/// restarts from random candidates.
///
/// Source: White et al., "Exploring the Loss Landscape in Neural Architecture Search", 2021, algorithm 1; this variant does not evaluate
/// all neighbors before it moves.
public struct LocalSearchProposer: Proposer {
    /// Number of random candidates at the start of a climb, which begins at the best of them.
    public static let starts = 10
    /// Number of consecutive draws without a new neighbor after which the neighborhood counts as exhausted.
    static let attempts = 200

    public let delay: Int? = 8
    private let seed: UInt64
    private let mutate: EvolutionProposer.Mutation
    private var random: RandomProposer
    private var seen: Set<String> = []
    private var best: (candidate: Candidate, score: Double)?
    private var proposals: UInt64 = 0
    /// Hashes of pending proposals from earlier climbs. Their scores do not count in the current climb.
    private var strangers: Set<String> = []
    private var pending: Set<String> = []
    private var startsLeft = Self.starts

    public init(seed: UInt64, draw: @escaping RandomProposer.Draw, mutate: @escaping EvolutionProposer.Mutation) {
        self.seed = seed
        self.mutate = mutate
        random = RandomProposer(seed: seed, draw: draw)
    }

    public mutating func next() throws -> Candidate? {
        defer { proposals += 1 }
        if startsLeft == 0, let best {
            var generator = SeedStream.localSearch.generator(seed, proposals)
            for _ in 0..<Self.attempts {
                if let neighbor = try mutate(best.candidate, &generator), seen.insert(neighbor.hash).inserted {
                    pending.insert(neighbor.hash)
                    return neighbor
                }
            }
            self.best = nil
            strangers = pending
            startsLeft = Self.starts
        }
        startsLeft = max(0, startsLeft - 1)
        let candidate = try random.next(notIn: &seen)
        if let candidate { pending.insert(candidate.hash) }
        return candidate
    }

    public mutating func learn(_ candidate: Candidate, score: Double?) {
        pending.remove(candidate.hash)
        guard strangers.remove(candidate.hash) == nil, let score, score > best?.score ?? -.infinity else { return }
        best = (candidate, score)
    }

    public mutating func learn(_ scores: [String: Double]) {
        if let known = best { best = (known.candidate, scores[known.candidate.hash] ?? known.score) }
    }
}
