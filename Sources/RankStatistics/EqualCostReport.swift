/// The value of a ranking among candidates of equal cost: what matters to users with a limit, who cannot take the largest network.
public struct EqualCostReport: Sendable, Hashable, Codable {
    /// The quality of one score at equal cost.
    public struct Quality: Sendable, Hashable, Codable {
        /// Spearman's ρ between score and accuracy, given the cost (`partialSpearman`).
        public var partialSpearman: Estimate?
        /// The share of pairs of equal cost in the order of their accuracies.
        public var concordance: Concordance?

        private enum CodingKeys: String, CodingKey {
            case partialSpearman = "partial_spearman"
            case concordance
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(partialSpearman, forKey: .partialSpearman)
            try container.encode(concordance, forKey: .concordance)
        }
    }

    /// The name of the cost, as in `macs`.
    public var cost: String
    /// The quality of the proxy's scores.
    public var proxy: Quality
    /// The quality of every baseline, by name. The cost itself orders nothing at equal cost.
    public var baselines: [String: Quality]
    /// nil with fewer than ten candidates.
    public var regretUnderCaps: RegretUnderCaps?
    /// The proxy's smallest lead in partial ρ over a baseline; nil without a baseline to compare with.
    public var lead: BaselineLead?

    /// - Parameters:
    ///   - cost: The name of the cost.
    ///   - costs: The cost of each candidate.
    ///   - scores: The proxy's scores.
    ///   - accuracies: The accuracy of each candidate, as a fraction of 1.
    ///   - baselines: The scores of each baseline.
    ///   - hashes: One hash for each candidate; hashes break ties.
    ///   - bootstrap: The resamples for all statistics.
    public init(
        cost: String, costs: [Double], scores: [Double], accuracies: [Double], baselines: [String: [Double]], hashes: [String],
        bootstrap: Bootstrap
    ) {
        self.cost = cost
        let names = baselines.keys.sorted()
        let all = [scores] + names.map { baselines[$0]! }
        let leads = BaselineLead.Comparison(
            scores: scores, accuracies: accuracies, baselines: baselines, given: costs, bootstrap: bootstrap)
        let concordances = PairsAtEqualCost(costs: costs, accuracies: accuracies).concordances(all, bootstrap: bootstrap)
        proxy = Quality(partialSpearman: leads.proxy, concordance: concordances[0])
        self.baselines = Dictionary(
            uniqueKeysWithValues: names.indices.map {
                (names[$0], Quality(partialSpearman: leads.baselines[names[$0]], concordance: concordances[$0 + 1]))
            })
        regretUnderCaps = RegretUnderCaps(
            scores: scores, costs: costs, accuracies: accuracies, baselines: baselines, hashes: hashes, bootstrap: bootstrap)
        lead = leads.smallest
    }

    private enum CodingKeys: String, CodingKey {
        case cost, baselines, lead
        case regretUnderCaps = "regret_under_caps"
    }

    /// Encodes the proxy's statistics at the top level, next to `cost`.
    public func encode(to encoder: any Encoder) throws {
        try proxy.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(cost, forKey: .cost)
        try container.encode(baselines, forKey: .baselines)
        try container.encode(regretUnderCaps, forKey: .regretUnderCaps)
        try container.encode(lead, forKey: .lead)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        proxy = try Quality(from: decoder)
        cost = try container.decode(String.self, forKey: .cost)
        baselines = try container.decode([String: Quality].self, forKey: .baselines)
        regretUnderCaps = try container.decodeIfPresent(RegretUnderCaps.self, forKey: .regretUnderCaps)
        lead = try container.decodeIfPresent(BaselineLead.self, forKey: .lead)
    }
}
