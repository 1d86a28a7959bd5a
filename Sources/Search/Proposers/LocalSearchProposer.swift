import ResultStore
import Basics

/// Local search: neighbors of the best candidate so far, until none of them is left; then anew from random candidates (White et al.,
/// "Exploring the Loss Landscape in Neural Architecture Search", 2021, algorithm 1, moving on as soon as a neighbor is better).
public struct LocalSearchProposer: Proposer {
    /// Random candidates that a climb begins at the best of.
    public static let starts = 10
    /// Neighbors drawn in a row that were all proposed before: then the neighborhood counts as searched.
    static let attempts = 200

    public let delay: Int? = 8
    private let seed: UInt64
    private let mutate: EvolutionProposer.Mutation
    private var random: RandomProposer
    private var seen: Set<String> = []
    private var best: (candidate: Candidate, score: Double)?
    private var proposals: UInt64 = 0
    /// Proposals of earlier climbs whose scores are still to come: they do not count for this one.
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
}
