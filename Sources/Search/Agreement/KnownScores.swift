import GTN
import RankStatistics
import ResultStore
import SearchSpace

/// The free baselines of a run's candidates, fixed beforehand: every cost, every untrained score, and one aggregate of them.
struct KnownScores {
    /// The baseline that sums the logarithms of ranks by these scores. On networks of three spaces, it ranked best on average among
    /// all sums of costs and untrained scores (Results/exploration/aggregate).
    static let members = ["macs", "jacob_cov", "synflow"]

    /// Untrained scores that were computed but are undefined for some candidates, by name, with the number of these.
    private(set) var undefined: [String: Int] = [:]
    private let scoring: Scoring
    private let cost: CostKind
    /// By name and hash.
    private var untrained: [String: [String: Double]] = [:]
    private let space: SearchSpace?

    init(_ run: Run, _ compared: [RankedCandidate], cost: CostKind) throws {
        scoring = run.scoring
        self.cost = cost
        for score in UntrainedScore.allCases {
            let known = try run.store.scores(.untrained(score))
            untrained[score.rawValue] = known
            let tried = try run.store.evaluatedHashes(scoring: Scoring.untrained(score).description)
            let count = compared.count { tried.contains($0.candidate.hash) && known[$0.candidate.hash] == nil }
            if count > 0 { undefined[score.rawValue] = count }
        }
        // Earlier versions did not record memory.
        space = compared.contains { $0.candidate.memory == nil } ? try? run.space().fitted(to: run.task()) : nil
    }

    /// Returns one pair for each candidate and accuracy, with all baselines.
    func pairs(_ rows: [(RankedCandidate, Double)]) throws -> [CorrelationPair] {
        var pairs = try rows.map { row, accuracy in
            var candidate = row.candidate
            if let space { try candidate.addMemory(in: space) }
            var baselines: [String: Double] = [:]
            for cost in CostKind.allCases { baselines[cost.rawValue] = cost.of(candidate) }
            for (name, scores) in untrained { baselines[name] = scores[candidate.hash] }
            return CorrelationPair(
                hash: candidate.hash, score: row.evaluation.score, accuracy: accuracy, baselines: baselines, cost: cost.of(candidate))
        }
        Self.addAggregate(to: &pairs)
        // A score is not a baseline of itself.
        for index in pairs.indices { pairs[index].baselines[scoring.name] = nil }
        return pairs
    }

    /// Adds the aggregate of the members that all pairs have, if these are at least two.
    static func addAggregate(to pairs: inout [CorrelationPair]) {
        let columns = Self.members.map { name in pairs.compactMap { $0.baselines[name] } }.filter { $0.count == pairs.count }
        if columns.count > 1, let sums = RankSum.ofLogarithms(columns) {
            for index in pairs.indices { pairs[index].baselines[Agreement.aggregateName] = sums[index] }
        }
    }
}
