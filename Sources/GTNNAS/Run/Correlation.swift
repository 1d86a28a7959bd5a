import RankStatistics
import Foundation
import GTN
import ResultStore
import Search

/// A run's proxy against real accuracies, with where these come from.
struct Correlation {
    /// Where the real accuracies come from.
    enum Truth {
        /// Trainings of this run: whole epochs of so many images.
        case trained(epochs: Int, images: Int)
        /// A file of accuracies; so many of its architectures are not scored in the run.
        case file(path: String, unscored: Int)
    }

    let report: CorrelationReport
    /// The first training of each candidate against the second, of the same length with another seed: what no proxy can be expected to pass. nil
    /// where fewer than two were trained twice.
    let noiseCeiling: RankQuality?
    /// Of a training and its blend with the parameters, what is not the proxy, and the blend with fitted weights, by name: all come from the same
    /// evaluations.
    let others: [String: RankQuality]
    /// Weights of the training's score and of the number of parameters, fitted to the accuracies; nil where there are too few.
    let fittedBlend: FittedBlend?
    /// Real data's cost against the proxy's; nil where short trainings on real data have not been scored.
    let speedUp: SpeedUp?
    /// Hashes of the compared candidates, and their real accuracies.
    let rows: [(hash: String, accuracy: Double)]
    let proxy: String
    let truth: Truth

    /// Of the candidates that the run trained alike: the setting with most of them. nil with fewer than two.
    init?(_ store: ResultStore, proxy: String) throws {
        guard let setting = try store.validationSettings().first else { return nil }
        let comparisons = try store.comparisons(proxy: proxy, epochs: setting.epochs, images: setting.images)
        try self.init(
            comparisons.map { ($0.hash, $0.score, $0.accuracy, $0.parameters, $0.macs) }, store, proxy: proxy,
            truth: .trained(epochs: setting.epochs, images: setting.images))
    }

    /// Of the scored candidates that a table of accuracies, by hash, knows.
    init?(_ store: ResultStore, proxy: String, accuracies: [String: Double], path: String) throws {
        let known = try store.ranking(proxy: proxy).filter { accuracies[$0.hash] != nil }
        try self.init(
            known.map { ($0.hash, $0.score, accuracies[$0.hash]!, $0.parameters, $0.macs) }, store, proxy: proxy,
            truth: .file(path: path, unscored: accuracies.count - known.count))
    }

    private init?(
        _ rows: [(hash: String, score: Double, accuracy: Double, parameters: Int, macs: Int)], _ store: ResultStore, proxy: String,
        truth: Truth
    ) throws {
        guard rows.count > 1 else { return nil }
        let untrained = try ZeroCostScore.allCases.map(\.rawValue).map { ($0, try store.scores(proxy: $0)) }
        let pairs = rows.map { row in
            var baselines = ["parameters": Double(row.parameters), "macs": Double(row.macs)]
            for (name, scores) in untrained { baselines[name] = scores[row.hash] }
            // A score is no rival of its own.
            baselines[proxy] = nil
            return CorrelationPair(hash: row.hash, score: row.score, accuracy: row.accuracy, baselines: baselines)
        }
        let bootstrap = Bootstrap(seed: try store.run().seed)
        let hashes = rows.map(\.hash)
        let accuracies = rows.map(\.accuracy)
        /// What the run knows of all of them under another name.
        func scores(by name: String) throws -> [Double]? {
            let scores = try store.scores(proxy: name)
            let known = hashes.compactMap { scores[$0] }
            return known.count == rows.count ? known : nil
        }
        func quality(_ scores: [Double]) -> RankQuality {
            RankQuality(scores: scores, accuracies: accuracies, hashes: hashes, bootstrap: bootstrap)
        }
        var others = try Dictionary(
            uniqueKeysWithValues: Self.relatives(of: proxy).compactMap { name in try scores(by: name).map { (name, quality($0)) } })
        let training = ResultStore.blends[proxy] ?? (ResultStore.blends.values.contains(proxy) ? proxy : nil)
        fittedBlend = try training.flatMap(scores(by:)).flatMap {
            FittedBlend(scores: [$0, rows.map { Double($0.parameters) }], accuracies: accuracies, hashes: hashes)
        }
        if let fittedBlend { others[Self.fittedBlendName] = quality(fittedBlend.crossValidated) }
        self.others = others
        report = CorrelationReport(pairs, bootstrap: bootstrap)
        if case .trained(let epochs, let images) = truth {
            noiseCeiling = try Self.noiseCeiling(store, epochs: epochs, images: images, bootstrap)
        } else {
            noiseCeiling = nil
        }
        self.rows = rows.map { ($0.hash, $0.accuracy) }
        speedUp = try SpeedUp(self.rows, spearman: report.proxy.spearman.all?.value, proxy: proxy, store)
        self.proxy = proxy
        self.truth = truth
    }

    /// In tables and JSON.
    private static let fittedBlendName = "fitted-blend"

    /// A blend's training, a training's blend.
    private static func relatives(of proxy: String) -> [String] {
        ResultStore.blends.flatMap { blend, training in blend == proxy ? [training] : training == proxy ? [blend] : [] }
    }

    private static func noiseCeiling(_ store: ResultStore, epochs: Int, images: Int, _ bootstrap: Bootstrap) throws -> RankQuality? {
        let run = try store.run().seed
        let trained = Dictionary(grouping: try store.validated().filter { $0.epochs == epochs && $0.images == images }, by: \.hash)
        let twice = trained.keys.sorted().compactMap { hash -> (hash: String, first: Double, second: Double)? in
            let candidate = Candidate(architecture: "", hash: hash, parameters: 0, macs: 0)
            let accuracies = (0...1).map { repetition in
                trained[hash]!.first { $0.seed == candidate.validationSeed(run: run, repetition: repetition) }?.accuracy
            }
            guard let first = accuracies[0], let second = accuracies[1] else { return nil }
            return (hash, first, second)
        }
        guard twice.count > 1 else { return nil }
        return RankQuality(scores: twice.map(\.first), accuracies: twice.map(\.second), hashes: twice.map(\.hash), bootstrap: bootstrap)
    }

    func json() throws -> Any {
        var object = try Console.object(report) as! [String: Any]
        object["proxy"] = proxy
        object["others"] = try others.mapValues(Console.object)
        object["fitted_blend_weights"] = fittedBlend.map { ["score": $0.weights[0], "parameters": $0.weights[1]] } ?? NSNull()
        object["noise_ceiling"] = try noiseCeiling.map(Console.object) ?? NSNull()
        object["speedup"] = speedUp?.json() as Any? ?? NSNull()
        if case .trained(let epochs, let images) = truth {
            object["epochs"] = epochs
            object["images"] = images
        }
        return object
    }

    func print() {
        switch truth {
        case .trained(let epochs, let images):
            let training = ValidationPhase.Plan(epochs: epochs, images: images)
            Swift.print("Rank correlation with the accuracy of \(report.pairs) candidates after \(training) (95 % intervals):")
        case .file(let path, let unscored):
            Swift.print("Rank correlation with the accuracy of \(report.pairs) candidates in \(path) (95 % intervals):")
            if unscored > 0 { Swift.print("  (\(unscored) of its architectures were not scored in this run)") }
        }
        var table = TextTable([.left, .left, .left, .left, .right])
        table.add("", "Spearman, all", "top half", "Kendall, all", "regret")
        let baselines = report.baselines.sorted { $0.key < $1.key }
        let rows =
            [(proxy, report.proxy)] + others.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            + baselines.map { ("by \($0.key == "macs" ? "MACs" : $0.key) alone", $0.value) }
            + (noiseCeiling.map { [("real training, another seed", $0)] } ?? [])
        for (name, quality) in rows {
            table.add(
                name, Self.text(quality.spearman.all), Self.text(quality.spearman.top50), Self.text(quality.kendall.all),
                quality.topKRegret.map { "\(decimal(100 * $0.value, 2)) points" } ?? "-")
        }
        table.print()
        if let fittedBlend {
            Swift.print(
                "fitted blend  weighs ranks by score with \(decimal(fittedBlend.weights[0], 2)), by parameters with \(decimal(fittedBlend.weights[1], 2))"
            )
        }
        Swift.print("verdict       \(report.verdict.rawValue): \(explanation)")
        speedUp?.print()
    }

    private static func text(_ estimate: Estimate?) -> String {
        estimate.map { "\(decimal($0.value, 2)) [\(decimal($0.low, 2)), \(decimal($0.high, 2))]" } ?? "undefined"
    }

    /// The verdict in words, with what decided it.
    var explanation: String {
        let baseline = report.lead.map { $0.baseline == "macs" ? "MACs" : $0.baseline } ?? "a baseline"
        switch report.verdict {
        case .trusted: return "the ranking agrees with real training beyond chance, and better than ranking by \(baseline) alone"
        case .weak: return "the ranking agrees with real training beyond chance, but ranking by \(baseline) alone may do as well"
        case .worthless where report.pairs < Verdict.minimumPairs:
            return "\(report.pairs) candidates show nothing; at least \(Verdict.minimumPairs) are needed ('gtn-nas validate' trains more)"
        case .worthless: return "no evidence that the ranking is better than a shuffled one"
        }
    }
}
