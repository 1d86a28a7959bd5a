/// One candidate as a proxy, the free baselines and real training see it.
public struct CorrelationPair: Sendable, Hashable {
    public var hash: String
    /// By the proxy; higher is better.
    public var score: Double
    /// After training on real data, as a fraction of 1.
    public var accuracy: Double
    /// By name what costs next to nothing to know, higher taken as better: parameters, MACs, …
    public var baselines: [String: Double]

    public init(hash: String, score: Double, accuracy: Double, baselines: [String: Double] = [:]) {
        self.hash = hash
        self.score = score
        self.accuracy = accuracy
        self.baselines = baselines
    }
}

/// One statistic over all pairs, and over the best by score; nil, `null` in JSON, where it is undefined.
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

/// How well one way of scoring ranks the candidates.
public struct RankQuality: Sendable, Hashable, Codable {
    /// Spearman's ρ between score and accuracy. The top subsets are the best by this very score, and their intervals
    /// are of pairs resampled within the subset.
    public var spearman: SubsetEstimates
    /// Kendall's τ-b, likewise.
    public var kendall: SubsetEstimates
    /// What is lost by really training only the ⌈n/10⌉ best: highest accuracy of all − highest accuracy among them, in fractions of 1.
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

/// The proxy against real training, with the free baselines beside it and a verdict.
public struct CorrelationReport: Sendable, Hashable, Codable {
    /// How many candidates were compared.
    public var pairs: Int
    public var proxy: RankQuality
    /// The same for every baseline, by name.
    public var baselines: [String: RankQuality]
    /// The proxy's lead over the best baseline; nil when there is none to compare with.
    public var lead: BaselineLead?
    public var verdict: Verdict

    /// Compares scores with accuracies.
    ///
    /// A baseline that not every pair has is left out: it would be judged on other candidates than the proxy.
    /// - Parameters:
    ///   - pairs: one for each candidate.
    ///   - bootstrap: the same for all statistics, so that proxy and baselines are resampled alike.
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

    /// The proxy's statistics stand beside `pairs`, not in an object of their own.
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
