import Basics
import GTN
import RankStatistics
import ResultStore

/// The ranking of a run's candidates by an aggregate of several scorings.
struct AggregateRanking {
    /// How far each member is believed; weights with sum 1.
    let beliefs: [Belief]
    /// The candidates, best first.
    let rows: [RankedCandidate]
    /// The scores by weights that are not fitted to a candidate's own accuracy, by hash.
    let crossFitted: [String: Double]

    /// - Parameters:
    ///   - members: the members of the aggregate. Candidates without an evaluation under the first are left out, unless none has one.
    ///   - store: the results of a run.
    ///   - given: accuracies of some candidates to fit the weights to, by hash; nil for those that the run knows.
    /// - Returns: nil without candidates.
    init?(_ members: [Scoring], _ store: ResultStore, accuracies given: [String: Double]? = nil) throws {
        var rows = try store.ranking(members[0])
        if rows.isEmpty { rows = try Self.rows(byUntrained: members, store) }
        guard !rows.isEmpty else { return nil }
        let hashes = rows.map(\.candidate.hash)
        let known = Set(hashes)
        let all = try store.references().filter(\.isScored)
        let references = all.filter { !known.contains($0.candidate.hash) }
        let columns = try members.map { member in
            RankAggregate.Member(
                member.name, try Self.values(member, rows.map(\.candidate), references, store), prior: member.weightInAggregates)
        }
        let accuracies = try given ?? Self.accuracies(all, store)
        let aggregate = RankAggregate(columns, accuracies: (hashes + references.map(\.candidate.hash)).map { accuracies[$0] })
        // Candidates that nothing distinguishes are equal.
        let scores = aggregate?.scores ?? [Double](repeating: 0, count: rows.count)
        let crossFitted = aggregate?.crossFitted ?? scores
        beliefs =
            aggregate.map { aggregate in
                zip(aggregate.members, aggregate.weights).map { Belief(name: $0, weight: $1, isFitted: aggregate.isFitted) }
            } ?? []
        let seconds = try store.totalSeconds(scorings: members.map(\.description))
        self.crossFitted = Dictionary(uniqueKeysWithValues: zip(hashes, crossFitted))
        self.rows = Ranking.order(scores: Array(scores.prefix(rows.count)), hashes: hashes).enumerated().map { place, index in
            var row = rows[index]
            row.rank = place + 1
            row.evaluation.score = scores[index]
            row.evaluation.seconds = seconds[hashes[index]] ?? row.evaluation.seconds
            row.scores = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0.values[index]) })
            return row
        }
    }

    /// Candidates before any is trained, with their untrained scores.
    private static func rows(byUntrained members: [Scoring], _ store: ResultStore) throws -> [RankedCandidate] {
        guard let untrained = members.first(where: { if case .untrained = $0 { true } else { false } }) else { return [] }
        return try store.ranking(untrained)
    }

    private static func values(_ member: Scoring, _ candidates: [Candidate], _ references: [Reference], _ store: ResultStore) throws
        -> [Double?]
    {
        if case .cost(let cost) = member { return (candidates + references.map(\.candidate)).map { Double(cost.of($0)) } }
        let (key, scores) = (member.description, try store.scores(member))
        return candidates.map { scores[$0.hash] } + references.map { $0.scores[key] ?? nil }
    }

    /// The known accuracies, by hash: those of the references, if these are enough to fit weights to, else those of the run's own
    /// validations. Accuracies of different trainings cannot be compared.
    private static func accuracies(_ references: [Reference], _ store: ResultStore) throws -> [String: Double] {
        if references.count >= RankAggregate.fewestAccuracies {
            return Dictionary(uniqueKeysWithValues: references.map { ($0.candidate.hash, $0.accuracy) })
        }
        return try store.validatedAccuracies()
    }
}

/// How far a run believes one of the scores in its ranking.
public struct Belief: Sendable, Hashable {
    /// The name of the score.
    public let name: String
    /// The weight of its ranks; the weights of all scores have sum 1.
    public let weight: Double
    /// Whether the weights are fitted to accuracies. Otherwise, they follow from the agreement of the scores with each other.
    public let isFitted: Bool

    /// All beliefs in words, the strongest first: "MACs 0.42, jacob_cov 0.17 (by their agreement)"; nil without any.
    public static func text(of beliefs: [Belief]) -> String? {
        guard let first = beliefs.first else { return nil }
        let shown = beliefs.filter { $0.weight >= 0.005 }.sorted { ($1.weight, $0.name) < ($0.weight, $1.name) }
        let weights = shown.map { "\(Agreement.baselineName($0.name)) \(decimal($0.weight, 2))" }.joined(separator: ", ")
        return "\(weights) (\(first.isFitted ? "learned from accuracies" : "by their agreement"))"
    }
}

extension Run {
    /// The number of accuracies from which on the weights of an aggregate are fitted to them.
    public static let fewestAccuracies = RankAggregate.fewestAccuracies

    /// How far the run believes each score of its ranking; empty unless the ranking is an aggregate.
    public func beliefs() throws -> [Belief] { try aggregateRanking()?.beliefs ?? [] }

    /// Returns the ranking by an aggregate; nil for another ranking, and without candidates.
    /// - Parameter accuracies: accuracies to fit the weights to, by hash; nil for those that the run knows.
    func aggregateRanking(fittedTo accuracies: [String: Double]? = nil) throws -> AggregateRanking? {
        scoring.members.isEmpty ? nil : try AggregateRanking(scoring.members, store, accuracies: accuracies)
    }
}
