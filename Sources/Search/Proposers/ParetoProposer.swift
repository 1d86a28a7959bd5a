import Basics
import RankStatistics
import ResultStore

/// Evolution towards the Pareto front of score and cost: NSGA-II, one child at a time.
///
/// Two parents each win a tournament of two, by front and then by crowding distance. The child inherits each choice from either one, and
/// one choice may change. The child joins the population, and the worst member by the same order is removed.
///
/// Sources: Deb et al., "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, sections III.A to III.C; Nebro and Durillo,
/// "On the Effect of Applying a Steady-State Selection Scheme in the Multi-Objective Genetic Algorithm NSGA-II", 2009.
public struct ParetoProposer: Proposer {
    /// Size of the population, and number of random proposals at the start.
    public static let populationSize = 50
    /// The probability that a child has two parents.
    static let recombinationProbability = 0.9
    /// The probability that one choice of a child with two parents changes: about 1 − (1 − 1/n)ⁿ, as if each of n choices changed with
    /// probability 1/n.
    static let mutationProbability = 0.63
    /// Maximum number of children drawn to find a new one; after that, a random candidate is proposed.
    static let attempts = 50

    /// Returns a child of two candidates; nil if it is no valid candidate.
    /// - Parameter isMutated: whether one of its choices changes.
    public typealias Recombination =
        @Sendable (
            _ first: Candidate, _ second: Candidate, _ isMutated: Bool, _ generator: inout SeededGenerator
        ) throws -> Candidate?

    struct Member {
        var candidate: Candidate
        var point: ParetoOrder.Point
    }

    public let delay: Int? = 8
    private let seed: UInt64
    private let cost: CostKind
    private let recombine: Recombination
    private let mutate: EvolutionProposer.Mutation
    private var random: RandomProposer
    private var seen: Set<String> = []
    private var population: [Member] = []
    private var proposals: UInt64 = 0

    /// - Parameters:
    ///   - seed: seed of the proposals.
    ///   - cost: the cost to keep low; candidates without it never become parents.
    ///   - draw: draws one candidate; it may repeat candidates.
    ///   - mutate: changes one choice of a candidate.
    ///   - recombine: makes a child of two candidates.
    public init(
        seed: UInt64, cost: CostKind, draw: @escaping RandomProposer.Draw, mutate: @escaping EvolutionProposer.Mutation,
        recombine: @escaping Recombination
    ) {
        (self.seed, self.cost, self.mutate, self.recombine) = (seed, cost, mutate, recombine)
        random = RandomProposer(seed: seed, draw: draw)
    }

    public mutating func next() throws -> Candidate? {
        defer { proposals += 1 }
        if proposals >= Self.populationSize, !population.isEmpty {
            var generator = SeedStream.pareto.generator(seed, proposals)
            let places = order.places
            func parent() -> Candidate {
                let contestants = (0..<2).map { _ in population.indices.randomElement(using: &generator)! }
                return population[contestants.min { places[$0] < places[$1] }!].candidate
            }
            for _ in 0..<Self.attempts {
                let (first, second) = (parent(), parent())
                let recombines = Double.random(in: 0..<1, using: &generator) < Self.recombinationProbability
                let isMutated = Double.random(in: 0..<1, using: &generator) < Self.mutationProbability
                let child =
                    try recombines && first.hash != second.hash
                    ? recombine(first, second, isMutated, &generator) : mutate(first, &generator)
                if let child, seen.insert(child.hash).inserted { return child }
            }
        }
        return try random.next(notIn: &seen)
    }

    public mutating func learn(_ candidate: Candidate, score: Double?) {
        guard let score, let cost = cost.of(candidate) else { return }
        population.append(Member(candidate: candidate, point: .init(score: score, cost: cost)))
        guard population.count > Self.populationSize else { return }
        let places = order.places
        population.remove(at: places.indices.max { places[$0] < places[$1] }!)
    }

    public mutating func learn(_ scores: [String: Double]) {
        for index in population.indices {
            population[index].point.score = scores[population[index].candidate.hash] ?? population[index].point.score
        }
    }

    private var order: ParetoOrder { ParetoOrder(population.map(\.point), hashes: population.map(\.candidate.hash)) }
}
