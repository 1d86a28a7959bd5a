/// The sum of the ranks by several scores (Borda count). It needs neither fitted weights nor accuracies.
public enum RankSum {
    /// The rank of each candidate, averaged over m scores and divided by the number n of candidates:
    ///
    ///     bᵢ = 1/(m n) Σⱼ rank(xⱼᵢ)
    ///
    /// A candidate that every score ranks best has 1. Ties share their mean rank.
    ///
    /// - Parameter scores: m lists with one number for each candidate. Higher counts as better.
    /// - Returns: nil if a score is NaN, because NaN has no rank.
    public static func of(_ scores: [[Double]]) -> [Double]? {
        let ties = scores.compactMap(TieRanks.init)
        guard let count = scores.first?.count, ties.count == scores.count else { return nil }
        let everyone = Array(0..<count)
        let ranks = ties.map { $0.averageRanks(of: everyone) }
        return everyone.map { candidate in ranks.reduce(0) { $0 + $1[candidate] } / (Double(scores.count) * Double(count)) }
    }
}
