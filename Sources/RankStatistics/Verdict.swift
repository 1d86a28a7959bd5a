/// Whether a ranking can be trusted.
public enum Verdict: String, Sendable, Hashable, Codable {
    /// ρ is significantly above zero and above the ρ of the best free baseline.
    case trusted
    /// ρ is significantly above zero, but a free baseline may rank equally well.
    case weak
    /// No evidence that the ranking is better than a shuffled one.
    case worthless

    /// Minimum number of pairs, because percentile intervals of fewer pairs are too narrow. Shuffled rankings of five pairs have an
    /// interval above zero in one of twelve cases. From eight pairs on, it is the nominal one of forty.
    public static let minimumPairs = 8

    /// Derives the verdict from ρ over all pairs:
    /// - `worthless` if there are fewer than eight pairs, ρ is undefined, or the low end of its 95 % interval is not above zero.
    /// - `trusted` if that low end is above zero and there is no baseline, or the low end of the lead over the best baseline is above zero.
    /// - `weak` otherwise.
    public init(pairs: Int, correlation: Estimate?, lead: BaselineLead?) {
        guard pairs >= Self.minimumPairs, let correlation, correlation.low > 0 else {
            self = .worthless
            return
        }
        self = lead.map { $0.difference.low > 0 } ?? true ? .trusted : .weak
    }
}

/// The lead of the proxy's ρ over the ρ of the best free baseline, over all pairs.
public struct BaselineLead: Sendable, Hashable, Codable {
    /// The baseline with the highest ρ. Ties take the first name.
    public var baseline: String
    /// ρ of the proxy − ρ of the baseline. The interval resamples both together.
    public var difference: Estimate

    public init(baseline: String, difference: Estimate) {
        self.baseline = baseline
        self.difference = difference
    }

    /// - Returns: nil if the proxy or every baseline has no defined ρ.
    init?(scores: [Double], accuracies: [Double], baselines: [String: [Double]], bootstrap: Bootstrap) {
        guard let proxy = TieRanks(scores), let truth = TieRanks(accuracies) else { return nil }
        let everyPair = Array(scores.indices)
        let known = baselines.compactMap { name, values -> (name: String, ranks: TieRanks, rho: Double)? in
            guard let ranks = TieRanks(values), let rho = spearman(ranks, truth, of: everyPair) else { return nil }
            return (name, ranks, rho)
        }
        guard let best = known.min(by: { ($1.rho, $0.name) < ($0.rho, $1.name) }) else { return nil }
        let difference = bootstrap.estimate(pairs: scores.count) { items in
            guard let ours = spearman(proxy, truth, of: items), let theirs = spearman(best.ranks, truth, of: items) else { return nil }
            return ours - theirs
        }
        guard let difference else { return nil }
        self.init(baseline: best.name, difference: difference)
    }
}
