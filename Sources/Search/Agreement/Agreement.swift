import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import SearchSpace

/// The agreement between scores, of a run or of a table, and real accuracies.
public struct Agreement: Sendable {
    /// The source of the real accuracies.
    public enum Truth: Sendable {
        /// Validations of this run.
        case trained(ValidationConfiguration)
        /// A file of accuracies; `unscored` of its architectures have no score in the run.
        case file(path: String, AccuracyTable.Unit, unscored: Int)
        /// The file that also has the scores.
        case sameFile(path: String, AccuracyTable.Unit)
    }

    /// The agreement over different functions: rows of a table with the same function count once, by their mean accuracy.
    public let report: CorrelationReport
    /// Baselines that were computed but are undefined for some candidates, by name, with the number of these. Others in `report.missing`
    /// were not computed.
    public let undefined: [String: Int]
    /// The agreement over every row of a table, as published tables count; nil for the run's own validations.
    public let everyRow: CorrelationReport?
    /// The regrets under each cap on the cost.
    public let regrets: [RegretAtCap]
    /// The cost that is held equal.
    public let cost: CostKind
    /// Rank agreement between two validations of each candidate that differ only in the seed. No proxy can be expected to exceed it. nil
    /// with fewer than two candidates that were validated twice.
    public let noiseCeiling: RankQuality?
    /// Quality of other scorings computed from the same evaluations, by name: a training's blend with parameters, or a blend's first
    /// member, and the blend with fitted weights.
    public let others: [String: RankQuality]
    /// Weights of the trained score and of the number of parameters, fitted to the accuracies; nil with too few accuracies.
    public let fittedBlend: FittedBlend?
    /// The cost of real data relative to the cost of the proxy; nil without scores of short trainings on real data.
    public let speedUp: SpeedUp?
    /// How far each score of an aggregate is believed; empty for other scores.
    public let beliefs: [Belief]
    /// Hashes of the compared candidates with their real accuracies.
    public let rows: [(hash: String, accuracy: Double)]
    /// The name of the scores.
    public let proxy: String
    public let truth: Truth

    /// The name in tables and JSON.
    private static let fittedBlendName = "fitted-blend"

    fileprivate init?(
        _ run: Run, _ ranking: [RankedCandidate], _ accuracies: [String: Double], rows: [(hash: String, accuracy: Double)] = [],
        truth: Truth, cost: CostKind, aggregate: AggregateRanking?
    ) throws {
        let (store, scoring) = (run.store, run.scoring)
        // The order by hash makes bootstrap samples independent of the scores.
        var compared = ranking.filter { accuracies[$0.candidate.hash] != nil }
        if case .trained = truth { compared.sort { $0.candidate.hash < $1.candidate.hash } }
        // The score of a candidate must not depend on its own accuracy.
        for index in compared.indices {
            let row = compared[index]
            compared[index].evaluation.score = aggregate?.crossFitted[row.candidate.hash] ?? row.evaluation.score
        }
        beliefs = aggregate?.beliefs ?? []
        guard compared.count > 1 else { return nil }
        let candidates = compared.map(\.candidate)
        let hashes = candidates.map(\.hash)
        let real = hashes.map { accuracies[$0]! }
        let bootstrap = Bootstrap(seed: try store.run().seed)
        let known = try KnownScores(run, compared, cost: cost)
        let pairs = try known.pairs(zip(compared, real).map { ($0, $1) })
        /// Scores of all compared candidates under another scoring; nil if any is missing.
        func scores(by scoring: Scoring) throws -> [Double]? {
            let scores = try store.scores(scoring)
            let known = hashes.compactMap { scores[$0] }
            return known.count == hashes.count ? known : nil
        }
        func quality(_ scores: [Double]) -> RankQuality {
            RankQuality(scores: scores, accuracies: real, hashes: hashes, bootstrap: bootstrap)
        }
        var others: [String: RankQuality] = [:]
        if let relative = scoring.relative, let scores = try scores(by: relative) { others[relative.name] = quality(scores) }
        let training: Scoring? =
            switch scoring {
            case .curriculum, .realImages: scoring
            case .rankSum(let members): members[0]
            // The weights of an aggregate are fitted already.
            case .untrained, .cost, .aggregate: nil
            }
        fittedBlend = try training.flatMap(scores(by:)).flatMap {
            FittedBlend(scores: [$0, candidates.map { Double($0.parameters) }], accuracies: real, hashes: hashes)
        }
        if let fittedBlend { others[Self.fittedBlendName] = quality(fittedBlend.crossValidated) }
        self.others = others
        var report = CorrelationReport(pairs, cost: cost.rawValue, bootstrap: bootstrap)
        // A score that no candidate has is in no pair.
        for name in known.undefined.keys where report.missing[name] == nil { report.missing[name] = report.pairs }
        self.report = report
        undefined = known.undefined
        let byHash = Dictionary(uniqueKeysWithValues: compared.map { ($0.candidate.hash, $0) })
        let everyPair = try known.pairs(rows.compactMap { row in byHash[row.hash].map { ($0, row.accuracy) } })
        everyRow = everyPair.isEmpty ? nil : CorrelationReport(everyPair, cost: cost.rawValue, bootstrap: bootstrap)
        regrets = Self.regrets(pairs)
        self.cost = cost
        noiseCeiling = try Self.noiseCeiling(store, truth, bootstrap)
        self.rows = zip(hashes, real).map { ($0, $1) }
        speedUp = try SpeedUp(self.rows, spearman: report.proxy.spearman.all?.value, run)
        proxy = scoring.name
        self.truth = truth
    }

    /// The agreement of a table's scores with the accuracies beside them.
    /// - Parameters:
    ///   - table: the scores and accuracies.
    ///   - cost: the cost that is held equal; nil for the first of MACs, parameters, memory and latency that the table has.
    ///   - bootstrap: the resamples for all intervals.
    public init(_ table: ScoreTable, cost: CostKind? = nil, bootstrap: Bootstrap = Bootstrap()) {
        let cost = cost ?? table.cost
        let pairs = table.pairs(cost: cost)
        report = CorrelationReport(pairs, cost: cost.rawValue, bootstrap: bootstrap)
        regrets = Self.regrets(pairs)
        (self.cost, proxy, truth) = (cost, ScoreTable.scoreColumn, .sameFile(path: table.path, table.unit))
        (everyRow, noiseCeiling, others, fittedBlend, speedUp) = (nil, nil, [:], nil, nil)
        undefined = report.missing
        beliefs = []
        rows = pairs.map { ($0.hash, $0.accuracy) }
    }

    private static func regrets(_ pairs: [CorrelationPair]) -> [RegretAtCap] {
        let costs = pairs.compactMap(\.cost)
        guard costs.count == pairs.count else { return [] }
        return RegretAtCap.curve(scores: pairs.map(\.score), costs: costs, accuracies: pairs.map(\.accuracy), hashes: pairs.map(\.hash))
    }

    private static func noiseCeiling(_ store: ResultStore, _ truth: Truth, _ bootstrap: Bootstrap) throws -> RankQuality? {
        guard case .trained(let configuration) = truth else { return nil }
        let run = try store.run().seed
        let trained = Dictionary(
            grouping: try store.validated().filter {
                $0.validation.epochs == configuration.epochs && $0.validation.images == configuration.images
            }, by: \.hash)
        let twice = trained.keys.sorted().compactMap { hash -> (hash: String, first: Double, second: Double)? in
            let candidate = Candidate(architecture: "", hash: hash, parameters: 0, macs: 0)
            let accuracies = (0...1).map { seedIndex in
                trained[hash]!.first { $0.validation.seed == candidate.validationSeed(run: run, seedIndex: seedIndex) }?.validation.accuracy
            }
            guard let first = accuracies[0], let second = accuracies[1] else { return nil }
            return (hash, first, second)
        }
        guard twice.count > 1 else { return nil }
        return RankQuality(scores: twice.map(\.first), accuracies: twice.map(\.second), hashes: twice.map(\.hash), bootstrap: bootstrap)
    }

    /// The reason for the verdict over all sizes, in words.
    public var explanation: String {
        Self.explanation(report.verdict, pairs: report.pairs, "the ranking agrees with real accuracy", lead: report.lead)
    }

    /// The reason for the verdict under a limit, in words.
    public var explanationAtEqualCost: String {
        guard let atEqualCost = report.atEqualCost, let verdict = report.verdictAtEqualCost else {
            let areKnown = cost == .macs || cost == .parameters ? "are" : "is"
            return "not evaluated, because the \(cost.name) of some candidates \(areKnown) not known"
        }
        if atEqualCost.proxy.partialSpearman == nil, report.pairs >= Verdict.minimumPairs {
            return "partial ρ is undefined, because scores or accuracies are constant, or rank as the \(cost.name) do"
        }
        return Self.explanation(
            verdict, pairs: report.pairs, "at equal \(cost.name), the ranking agrees with real accuracy", lead: atEqualCost.lead)
    }

    /// The baselines whose ranks the aggregate sums; empty without an aggregate.
    public var aggregateMembers: [String] {
        report.baselines[Self.aggregateName] == nil ? [] : KnownScores.members.filter { report.baselines[$0] != nil || $0 == proxy }
    }

    /// The name, in JSON, of the sum of other baselines.
    public static let aggregateName = "aggregate"

    /// Returns the name of a baseline in sentences.
    /// - Parameter baseline: its name in JSON.
    public static func baselineName(_ baseline: String) -> String {
        switch baseline {
        case CostKind.macs.rawValue: CostKind.macs.name
        case aggregateName: "the sum of free scores"
        default: baseline
        }
    }

    private static func explanation(_ verdict: Verdict, pairs: Int, _ agrees: String, lead: BaselineLead?) -> String {
        let baseline = lead.map { baselineName($0.baseline) } ?? "a baseline"
        let difference =
            (lead?.difference).map {
                " (difference in ρ \(decimal($0.value, 2)) [\(decimal($0.low, 2)), \(decimal($0.high, 2))])"
            } ?? ""
        switch verdict {
        case .trusted: return "\(agrees) beyond chance, and better than \(lead == nil ? "a random order" : "every free baseline")"
        case .weak: return "\(agrees) beyond chance, but ranking by \(baseline) may agree just as closely\(difference)"
        case .worthless where pairs < Verdict.minimumPairs:
            return "\(pairs) candidates are too few to measure agreement; validate at least \(Verdict.minimumPairs)"
        case .worthless: return "no evidence that the ranking is better than a random order"
        }
    }
}

extension Run {
    /// Returns the agreement with the run's own validations, in the configuration that most candidates were validated with; nil with fewer
    /// than two candidates.
    /// - Parameter cost: the cost that is held equal; nil for the run's.
    public func agreement(cost: CostKind? = nil) throws -> Agreement? {
        guard let configuration = try validationConfiguration() else { return nil }
        let aggregate = try aggregateRanking()
        return try Agreement(
            self, aggregate?.rows ?? ranking(), accuracies(), truth: .trained(configuration), cost: cost ?? settings.equalCost,
            aggregate: aggregate)
    }

    /// Returns the agreement with a table of accuracies, over the candidates that are in both; nil with fewer than two.
    /// - Parameters:
    ///   - table: the accuracies.
    ///   - cost: the cost that is held equal; nil for the run's.
    ///   - known: accuracies to fit the weights of an aggregate to instead of those that the run knows. Their candidates are not compared.
    public func agreement(with table: AccuracyTable, cost: CostKind? = nil, fittedTo known: AccuracyTable? = nil) throws -> Agreement? {
        let aggregate = try aggregateRanking()
        let ranking = try aggregate?.rows ?? ranking()
        let scored = ranking.count { table.accuracies[$0.candidate.hash] != nil }
        func isCompared(_ hash: String) -> Bool { known?.accuracies[hash] == nil }
        return try Agreement(
            self, ranking, table.accuracies.filter { isCompared($0.key) }, rows: table.rows.filter { isCompared($0.hash) },
            truth: .file(path: table.path, table.unit, unscored: table.accuracies.count - scored), cost: cost ?? settings.equalCost,
            aggregate: known.map { try aggregateRanking(fittedTo: $0.accuracies) } ?? aggregate)
    }

    /// How the run's latencies were measured; nil without any.
    public func latencySource() throws -> String? {
        try settings.latencySource
            ?? store.settings()[Self.laterLatencySourceKey].map { try JSONDecoder().decode(String.self, from: Data($0.utf8)) }
    }

    /// The source of latencies that were measured after the search. It is no setting of the search, which can still be resumed.
    private static let laterLatencySourceKey = "latencies_measured_later"

    /// Returns the candidates without a latency.
    /// - Parameter hashes: the candidates to look at.
    public func candidatesWithoutLatency(among hashes: Set<String>) throws -> [Candidate] {
        try store.candidates().filter { hashes.contains($0.hash) && $0.latency == nil }
    }

    /// Measures the latencies of candidates that have none yet, and keeps them.
    /// - Parameters:
    ///   - hashes: the candidates to measure.
    ///   - source: how latencies are measured.
    /// - Throws: `InputError` if the run has latencies of another source, and errors of the measurement.
    public func measureLatencies(of hashes: Set<String>, by source: any LatencySource) throws {
        try checkIsWritable()
        if let known = try latencySource(), known != source.name {
            throw InputError("\(directory.shown): has latencies by \(known), which cannot be compared with those by \(source.name)")
        }
        if let fit = settings.fit, source is LatencyTable { throw LatencyTable.refusal(fit: fit) }
        let space = try space().fitted(to: task())
        for candidate in try candidatesWithoutLatency(among: hashes) {
            let (space, architecture) = try space.resolved(candidate)
            guard let milliseconds = try source.milliseconds(of: architecture, in: space) else { continue }
            if settings.latencySource == nil {
                try store.record(setting: Self.laterLatencySourceKey, value: try FileMetadata.text(source.name))
            }
            try store.record(latency: milliseconds, of: candidate.hash)
        }
    }
}
