/// The smallest lead of a proxy's correlation over that of a free baseline, over all pairs.
public struct BaselineLead: Sendable, Hashable, Codable {
    /// The baseline that the proxy beats least surely: the one whose lead has the lowest low end. Ties take the first name.
    public var baseline: String
    /// The proxy's correlation − the baseline's. The interval resamples both together.
    public var difference: Estimate

    public init(baseline: String, difference: Estimate) {
        self.baseline = baseline
        self.difference = difference
    }

    /// The correlations of a proxy and of baselines with the same accuracies, from the same resamples.
    struct Comparison {
        let proxy: Estimate?
        let baselines: [String: Estimate]
        /// The smallest lead; nil if the proxy or every baseline has no defined correlation.
        let smallest: BaselineLead?

        /// - Parameters:
        ///   - scores: The proxy's scores.
        ///   - accuracies: The accuracy of each candidate.
        ///   - baselines: The scores of each baseline.
        ///   - costs: Costs for partial correlations; nil for Spearman's ρ.
        ///   - bootstrap: The resamples.
        init(
            scores: [Double], accuracies: [Double], baselines: [String: [Double]], given costs: [Double]? = nil, bootstrap: Bootstrap
        ) {
            guard let truth = TieRanks(accuracies), let cost = TieRanks(costs ?? []) else {
                (proxy, self.baselines, smallest) = (nil, [:], nil)
                return
            }
            let names = baselines.keys.sorted()
            let all = ([scores] + names.map { baselines[$0]! }).map(TieRanks.init)
            let samples = bootstrap.samples(pairs: scores.count) { items in
                let (y, z) = (CenteredRanks(truth, of: items), costs.map { _ in CenteredRanks(cost, of: items) })
                return all.map { ranks in
                    guard let ranks else { return nil }
                    let x = CenteredRanks(ranks, of: items)
                    if let z { return partialSpearman(x, y, given: z) }
                    return items.count < RankStatistics.minimumPairs ? nil : x.correlation(with: y)
                }
            }
            var estimates: [String: Estimate] = [:]
            var leads: [BaselineLead] = []
            for (index, name) in names.enumerated() {
                estimates[name] = samples.estimate { $0[index + 1] }
                let difference = samples.estimate { values in
                    guard let ours = values[0], let theirs = values[index + 1] else { return nil }
                    return ours - theirs
                }
                if let difference { leads.append(BaselineLead(baseline: name, difference: difference)) }
            }
            proxy = samples.estimate { $0[0] }
            self.baselines = estimates
            smallest = leads.min { ($0.difference.low, $0.baseline) < ($1.difference.low, $1.baseline) }
        }
    }
}
