/// One candidate's proxy score, its real accuracy and its baseline scores.
public struct CorrelationPair: Sendable, Hashable {
    public var hash: String
    /// The proxy's score; higher is better.
    public var score: Double
    /// The accuracy after training on real data, as a fraction of 1.
    public var accuracy: Double
    /// Scores that cost almost nothing, by name, such as parameters and MACs. Higher counts as better. A score that the network does not
    /// define is missing.
    public var baselines: [String: Double]
    /// The cost that is held equal, such as MACs; nil if it is not known.
    public var cost: Double?

    public init(hash: String, score: Double, accuracy: Double, baselines: [String: Double] = [:], cost: Double? = nil) {
        self.hash = hash
        self.score = score
        self.accuracy = accuracy
        self.baselines = baselines
        self.cost = cost
    }
}

/// One statistic over all pairs, over the top half and over the top tenth by score. It is nil, in JSON `null`, where it is undefined.
public struct SubsetEstimates: Sendable, Hashable, Codable {
    public var all: Estimate?
    public var top50: Estimate?
    public var top10: Estimate?

    public init(all: Estimate?, top50: Estimate?, top10: Estimate?) {
        self.all = all
        self.top50 = top50
        self.top10 = top10
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(all, forKey: .all)
        try container.encode(top50, forKey: .top50)
        try container.encode(top10, forKey: .top10)
    }
}

/// The quality of a ranking of candidates by one kind of score.
public struct RankQuality: Sendable, Hashable, Codable {
    /// Spearman's ρ between score and accuracy. The same score selects the top half and the top tenth. Intervals resample within the
    /// subset.
    public var spearman: SubsetEstimates
    /// Kendall's τ-b between score and accuracy, on the same subsets.
    public var kendall: SubsetEstimates
    /// The accuracy lost by training only the top tenth on real data, as a fraction of 1: highest of all − highest in the top tenth.
    public var topKRegret: Estimate?

    private enum CodingKeys: String, CodingKey {
        case spearman, kendall
        case topKRegret = "top_k_regret"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(spearman, forKey: .spearman)
        try container.encode(kendall, forKey: .kendall)
        try container.encode(topKRegret, forKey: .topKRegret)
    }
}

/// The agreement between a proxy and training on real data, a comparison with the free baselines, and a verdict for each use of the
/// ranking.
public struct CorrelationReport: Sendable, Hashable, Codable {
    /// The number of candidates compared.
    public var pairs: Int
    public var proxy: RankQuality
    /// The quality of every baseline, by name.
    public var baselines: [String: RankQuality]
    /// Baselines that are left out, by name: the number of candidates without such a score.
    public var missing: [String: Int]
    /// The proxy's smallest lead over a baseline; nil without a baseline to compare with.
    public var lead: BaselineLead?
    /// The verdict over all sizes.
    public var verdict: Verdict
    /// nil if a candidate's cost is not known.
    public var atEqualCost: EqualCostReport?
    /// The verdict under a limit on the cost; nil if a candidate's cost is not known.
    public var verdictAtEqualCost: Verdict?

    /// Compares scores with accuracies.
    ///
    /// A baseline must have a score for every pair. Others are left out, because they would be evaluated on other candidates than the
    /// proxy; `missing` counts them.
    /// - Parameters:
    ///   - pairs: One pair for each candidate.
    ///   - cost: The name of the pairs' cost.
    ///   - bootstrap: the resamples for all statistics. Proxy and baselines use the same ones.
    public init(_ pairs: [CorrelationPair], cost: String = "macs", bootstrap: Bootstrap = Bootstrap()) {
        let hashes = pairs.map(\.hash)
        let accuracies = pairs.map(\.accuracy)
        let names = Set(pairs.flatMap(\.baselines.keys))
        var known = Dictionary(
            uniqueKeysWithValues: names.map { name in (name, pairs.compactMap { $0.baselines[name] }) })
        missing = known.mapValues { pairs.count - $0.count }.filter { $0.value > 0 }
        known = known.filter { $0.value.count == pairs.count }
        let scores = pairs.map(\.score)

        self.pairs = pairs.count
        proxy = RankQuality(scores: scores, accuracies: accuracies, hashes: hashes, bootstrap: bootstrap)
        baselines = known.mapValues {
            RankQuality(scores: $0, accuracies: accuracies, hashes: hashes, bootstrap: bootstrap)
        }
        lead = BaselineLead.Comparison(scores: scores, accuracies: accuracies, baselines: known, bootstrap: bootstrap).smallest
        verdict = Verdict(pairs: pairs.count, correlation: proxy.spearman.all, lead: lead)
        let costs = pairs.compactMap(\.cost)
        atEqualCost =
            costs.count == pairs.count && pairs.count > 1
            ? EqualCostReport(
                cost: cost, costs: costs, scores: scores, accuracies: accuracies, baselines: known, hashes: hashes, bootstrap: bootstrap)
            : nil
        verdictAtEqualCost = atEqualCost.map { Verdict(pairs: pairs.count, correlation: $0.proxy.partialSpearman, lead: $0.lead) }
    }

    private enum CodingKeys: String, CodingKey {
        case pairs, baselines, lead, verdict
        case missing = "missing_baselines"
        case atEqualCost = "at_equal_cost"
        case verdictAtEqualCost = "verdict_at_equal_cost"
    }

    /// Encodes the proxy's statistics at the top level, next to `pairs`.
    public func encode(to encoder: any Encoder) throws {
        try proxy.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pairs, forKey: .pairs)
        try container.encode(baselines, forKey: .baselines)
        try container.encode(missing, forKey: .missing)
        try container.encode(lead, forKey: .lead)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(atEqualCost, forKey: .atEqualCost)
        try container.encode(verdictAtEqualCost, forKey: .verdictAtEqualCost)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        proxy = try RankQuality(from: decoder)
        pairs = try container.decode(Int.self, forKey: .pairs)
        baselines = try container.decode([String: RankQuality].self, forKey: .baselines)
        missing = try container.decode([String: Int].self, forKey: .missing)
        lead = try container.decodeIfPresent(BaselineLead.self, forKey: .lead)
        verdict = try container.decode(Verdict.self, forKey: .verdict)
        atEqualCost = try container.decodeIfPresent(EqualCostReport.self, forKey: .atEqualCost)
        verdictAtEqualCost = try container.decodeIfPresent(Verdict.self, forKey: .verdictAtEqualCost)
    }
}
