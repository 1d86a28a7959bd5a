/// One candidate's proxy score, its real accuracy and its baseline scores.
public struct CorrelationPair: Sendable, Hashable {
    public var hash: String
    /// The proxy's score; higher is better.
    public var score: Double
    /// The accuracy after training on real data, as a fraction of 1.
    public var accuracy: Double
    /// Scores that cost almost nothing, by name, such as parameters and MACs. Higher counts as better.
    public var baselines: [String: Double]

    public init(hash: String, score: Double, accuracy: Double, baselines: [String: Double] = [:]) {
        self.hash = hash
        self.score = score
        self.accuracy = accuracy
        self.baselines = baselines
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

/// The agreement between a proxy and training on real data, a comparison with the free baselines, and a verdict.
public struct CorrelationReport: Sendable, Hashable, Codable {
    /// The number of candidates compared.
    public var pairs: Int
    public var proxy: RankQuality
    /// The quality of every baseline, by name.
    public var baselines: [String: RankQuality]
    /// The proxy's lead over the best baseline; nil without a baseline to compare with.
    public var lead: BaselineLead?
    public var verdict: Verdict

    /// Compares scores with accuracies.
    ///
    /// A baseline must have a score for every pair. Others are left out, because they would be evaluated on other candidates than the
    /// proxy.
    /// - Parameters:
    ///   - pairs: One pair for each candidate.
    ///   - bootstrap: the resamples for all statistics. Proxy and baselines use the same ones.
    public init(_ pairs: [CorrelationPair], bootstrap: Bootstrap = Bootstrap()) {
        let hashes = pairs.map(\.hash)
        let accuracies = pairs.map(\.accuracy)
        let names = pairs.dropFirst().reduce(Set(pairs.first?.baselines.keys.map { $0 } ?? [])) { $0.intersection($1.baselines.keys) }
        let baselineScores = Dictionary(uniqueKeysWithValues: names.map { name in (name, pairs.map { $0.baselines[name]! }) })
        let scores = pairs.map(\.score)

        self.pairs = pairs.count
        proxy = RankQuality(scores: scores, accuracies: accuracies, hashes: hashes, bootstrap: bootstrap)
        baselines = baselineScores.mapValues {
            RankQuality(scores: $0, accuracies: accuracies, hashes: hashes, bootstrap: bootstrap)
        }
        lead = BaselineLead(scores: scores, accuracies: accuracies, baselines: baselineScores, bootstrap: bootstrap)
        verdict = Verdict(pairs: pairs.count, correlation: proxy.spearman.all, lead: lead)
    }

    private enum CodingKeys: String, CodingKey {
        case pairs, baselines, lead, verdict
    }

    /// Encodes the proxy's statistics at the top level, next to `pairs`.
    public func encode(to encoder: any Encoder) throws {
        try proxy.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pairs, forKey: .pairs)
        try container.encode(baselines, forKey: .baselines)
        try container.encode(lead, forKey: .lead)
        try container.encode(verdict, forKey: .verdict)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        proxy = try RankQuality(from: decoder)
        pairs = try container.decode(Int.self, forKey: .pairs)
        baselines = try container.decode([String: RankQuality].self, forKey: .baselines)
        lead = try container.decodeIfPresent(BaselineLead.self, forKey: .lead)
        verdict = try container.decode(Verdict.self, forKey: .verdict)
    }
}
