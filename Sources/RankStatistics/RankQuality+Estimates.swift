extension RankQuality {
    /// Compares one list of scores with the accuracies of the same candidates.
    public init(scores: [Double], accuracies: [Double], hashes: [String], bootstrap: Bootstrap) {
        let order = Ranking.order(scores: scores, hashes: hashes)
        var (spearmans, kendalls): ([TopFraction: Estimate], [TopFraction: Estimate]) = ([:], [:])
        for fraction in TopFraction.allCases {
            let best = order.prefix(fraction.count(of: order.count))
            guard let x = TieRanks(best.map { scores[$0] }), let y = TieRanks(best.map { accuracies[$0] }) else { continue }
            spearmans[fraction] = bootstrap.estimate(pairs: best.count) { RankStatistics.spearman(x, y, of: $0) }
            kendalls[fraction] = bootstrap.estimate(pairs: best.count) { kendallTauB(x, y, of: $0) }
        }
        self.init(
            spearman: SubsetEstimates(all: spearmans[.all], top50: spearmans[.half], top10: spearmans[.tenth]),
            kendall: SubsetEstimates(all: kendalls[.all], top50: kendalls[.half], top10: kendalls[.tenth]),
            topKRegret: Self.regret(order: order, accuracies: accuracies, bootstrap: bootstrap))
    }

    private static func regret(order: [Int], accuracies: [Double], bootstrap: Bootstrap) -> Estimate? {
        guard order.count >= minimumPairs else { return nil }
        let accuracyByPlace = order.map { accuracies[$0] }
        return bootstrap.estimate(pairs: order.count) { places in
            let best = places.sorted().prefix(TopFraction.tenth.count(of: places.count))
            return places.reduce(-.infinity) { max($0, accuracyByPlace[$1]) } - best.reduce(-.infinity) { max($0, accuracyByPlace[$1]) }
        }
    }
}
