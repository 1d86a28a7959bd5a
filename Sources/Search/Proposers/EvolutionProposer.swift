import ResultStore
import Basics

/// Regularized evolution: a child is the best of a few of the population's members, changed in one choice, and takes the oldest member's
/// place (Real et al., "Regularized Evolution for Image Classifier Architecture Search", 2019, algorithm 1).
public struct EvolutionProposer: Proposer {
    /// Members of the population; as many proposals are drawn at random first.
    public static let populationSize = 50
    /// Members that compete for a child.
    public static let sampleSize = 10
    /// Children drawn in search of one that was not proposed before; then a random candidate takes its place.
    static let attempts = 50

    public let delay: Int? = 8
    private let seed: UInt64
    private let mutate: Mutation
    private var random: RandomProposer
    private var seen: Set<String> = []
    private var population: [(candidate: Candidate, score: Double)] = []
    private var proposals: UInt64 = 0

    /// A candidate with one choice changed; nil when nothing can be.
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
}
