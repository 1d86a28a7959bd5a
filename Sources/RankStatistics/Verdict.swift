/// Whether a ranking can be trusted, for one of its uses: over all sizes by Spearman's ρ, or under a limit on cost by partial ρ given cost.
public enum Verdict: String, Sendable, Hashable, Codable {
    /// The correlation is significantly above zero, and above that of every free baseline.
    case trusted
    /// The correlation is significantly above zero, but a free baseline may rank equally well.
    case weak
    /// No evidence that the ranking is better than a shuffled one.
    case worthless

    /// Minimum number of pairs, because percentile intervals of fewer pairs are too narrow. Shuffled rankings of five pairs have an
    /// interval above zero in one of twelve cases. From eight pairs on, it is the nominal one of forty.
    public static let minimumPairs = 8

    /// Derives the verdict from a correlation of all pairs:
    /// - `worthless` if there are fewer than eight pairs, the correlation is undefined, or the low end of its 95 % interval is not above
    ///   zero.
    /// - `trusted` if that low end is above zero and there is no baseline, or the low end of the lead over every baseline is above zero.
    /// - `weak` otherwise.
    public init(pairs: Int, correlation: Estimate?, lead: BaselineLead?) {
        guard pairs >= Self.minimumPairs, let correlation, correlation.low > 0 else {
            self = .worthless
            return
        }
        self = lead.map { $0.difference.low > 0 } ?? true ? .trusted : .weak
    }
}
