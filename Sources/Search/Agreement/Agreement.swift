import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore

/// The agreement between a run's scores and real accuracies.
public struct Agreement: Sendable {
    /// The source of the real accuracies.
    public enum Truth: Sendable {
        /// Validations of this run.
        case trained(ValidationConfiguration)
        /// A file of accuracies; `unscored` of its architectures have no score in the run.
        case file(path: String, unscored: Int)
    }

    public let report: CorrelationReport
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
    /// Hashes of the compared candidates with their real accuracies.
    public let rows: [(hash: String, accuracy: Double)]
    public let scoring: Scoring
    public let truth: Truth

    /// The name in tables and JSON.
    private static let fittedBlendName = "fitted-blend"

    fileprivate init?(_ run: Run, _ ranking: [RankedCandidate], _ accuracies: [String: Double], truth: Truth) throws {
        let (store, scoring) = (run.store, run.scoring)
        // The order by hash makes bootstrap samples independent of the scores.
        var compared = ranking.filter { accuracies[$0.candidate.hash] != nil }
        if case .trained = truth { compared.sort { $0.candidate.hash < $1.candidate.hash } }
        guard compared.count > 1 else { return nil }
        let candidates = compared.map(\.candidate)
        let hashes = candidates.map(\.hash)
        let real = hashes.map { accuracies[$0]! }
        let bootstrap = Bootstrap(seed: try store.run().seed)
        let pairs = try Self.pairs(compared, real, store, scoring)
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
            case .untrained, .cost: nil
            }
        fittedBlend = try training.flatMap(scores(by:)).flatMap {
            FittedBlend(scores: [$0, candidates.map { Double($0.parameters) }], accuracies: real, hashes: hashes)
        }
        if let fittedBlend { others[Self.fittedBlendName] = quality(fittedBlend.crossValidated) }
        self.others = others
        report = CorrelationReport(pairs, bootstrap: bootstrap)
        noiseCeiling = try Self.noiseCeiling(store, truth, bootstrap)
        rows = zip(hashes, real).map { ($0, $1) }
        speedUp = try SpeedUp(rows, spearman: report.proxy.spearman.all?.value, run)
        self.scoring = scoring
        self.truth = truth
    }

    private static func pairs(
        _ compared: [RankedCandidate], _ accuracies: [Double], _ store: ResultStore, _ scoring: Scoring
    ) throws -> [CorrelationPair] {
        let untrained = try UntrainedScore.allCases.map { ($0.rawValue, try store.scores(.untrained($0))) }
        return zip(compared, accuracies).map { row, accuracy in
            var baselines: [String: Double] = [:]
            for cost in Scoring.Cost.allCases { baselines[cost.rawValue] = Double(cost.of(row.candidate)) }
            for (name, scores) in untrained { baselines[name] = scores[row.candidate.hash] }
            // A score is not a baseline of itself.
            baselines[scoring.name] = nil
            return CorrelationPair(hash: row.candidate.hash, score: row.evaluation.score, accuracy: accuracy, baselines: baselines)
        }
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

    /// The reason for the verdict, in words.
    public var explanation: String {
        let baseline = report.lead.map { $0.baseline == "macs" ? "MACs" : $0.baseline } ?? "a baseline"
        switch report.verdict {
        case .trusted: return "the ranking agrees with real accuracy beyond chance, and better than ranking by \(baseline) alone"
        case .weak: return "the ranking agrees with real accuracy beyond chance, but ranking by \(baseline) alone may agree just as closely"
        case .worthless where report.pairs < Verdict.minimumPairs:
            return "\(report.pairs) candidates are too few to measure agreement; validate at least \(Verdict.minimumPairs)"
        case .worthless: return "no evidence that the ranking is better than a random order"
        }
    }
}

extension Run {
    /// Returns the agreement with the run's own validations, in the configuration that most candidates were validated with; nil with fewer
    /// than two candidates.
    public func agreement() throws -> Agreement? {
        guard let setting = try store.validationSettings().first else { return nil }
        let configuration = ValidationConfiguration(epochs: setting.epochs, images: setting.images)
        return try Agreement(
            self, ranking(), store.accuracies(epochs: setting.epochs, images: setting.images), truth: .trained(configuration))
    }

    /// Returns the agreement with a table of accuracies, over the candidates that are in both; nil with fewer than two.
    /// - Parameters:
    ///   - accuracies: by hash, as fractions of 1.
    ///   - path: path of the table, for messages.
    public func agreement(with accuracies: [String: Double], path: String) throws -> Agreement? {
        let ranking = try ranking()
        let scored = ranking.count { accuracies[$0.candidate.hash] != nil }
        return try Agreement(self, ranking, accuracies, truth: .file(path: path, unscored: accuracies.count - scored))
    }
}
