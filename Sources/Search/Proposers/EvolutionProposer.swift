import ResultStore
import Basics

/// Regularized evolution: the best of a random sample of the population is mutated in one choice, and the child replaces the oldest member.
///
/// Source: Real et al., "Regularized Evolution for Image Classifier Architecture Search", 2019, algorithm 1.
public struct EvolutionProposer: Proposer {
    /// Size of the population, and number of random proposals at the start.
    public static let populationSize = 50
    /// Number of members sampled to select a parent.
    public static let sampleSize = 10
    /// Maximum number of children drawn to find a new one; after that, a random candidate is proposed.
    static let attempts = 50

    public let delay: Int? = 8
    private let seed: UInt64
    private let mutate: Mutation
    private var random: RandomProposer
    private var seen: Set<String> = []
    private var population: [(candidate: Candidate, score: Double)] = []
    private var proposals: UInt64 = 0

    /// Returns a candidate with one choice changed; nil if the mutation gives no valid candidate.
    public typealias Mutation = @Sendable (Candidate, inout SeededGenerator) throws -> Candidate?

    public init(seed: UInt64, draw: @escaping RandomProposer.Draw, mutate: @escaping Mutation) {
        self.seed = seed
        self.mutate = mutate
        random = RandomProposer(seed: seed, draw: draw)
    }

    public mutating func next() throws -> Candidate? {
        defer { proposals += 1 }
        if proposals >= Self.populationSize, !population.isEmpty {
            var generator = SeedStream.evolution.generator(seed, proposals)
            for _ in 0..<Self.attempts {
                let competitors = (0..<Self.sampleSize).map { _ in population.randomElement(using: &generator)! }
                let parent = competitors.max { ($0.score, $1.candidate.hash) < ($1.score, $0.candidate.hash) }!
                if let child = try mutate(parent.candidate, &generator), seen.insert(child.hash).inserted { return child }
            }
        }
        return try random.next(notIn: &seen)
    }

    public mutating func learn(_ candidate: Candidate, score: Double?) {
        guard let score else { return }
        population.append((candidate, score))
        if population.count > Self.populationSize { population.removeFirst() }
    }

    public mutating func learn(_ scores: [String: Double]) {
        for index in population.indices { population[index].score = scores[population[index].candidate.hash] ?? population[index].score }
    }
}
