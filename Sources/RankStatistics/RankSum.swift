import Foundation

/// Sums of the ranks by several scores. They need neither fitted weights nor accuracies.
public enum RankSum {
    /// The rank of each candidate (Borda count), averaged over m scores and divided by the number n of candidates:
    ///
    ///     bᵢ = 1/(m n) Σⱼ rank(xⱼᵢ)
    ///
    /// A candidate that every score ranks best has 1. Ties share their mean rank.
    ///
    /// - Parameter scores: m lists with one number for each candidate. Higher counts as better.
    /// - Returns: nil if a score is NaN, because NaN has no rank.
    public static func of(_ scores: [[Double]]) -> [Double]? {
        guard let ranks = ranks(scores) else { return nil }
        return ranks[0].indices.map { i in ranks.reduce(0) { $0 + $1[i] } / Double(ranks.count * ranks[0].count) }
    }

    /// The log-rank sum of each candidate, over m scores of n candidates:
    ///
    ///     lᵢ = Σⱼ ln(rank(xⱼᵢ) / n)
    ///
    /// A candidate that every score ranks best has 0. A low rank by one score costs more than high ranks by others gain (Lee and Ham,
    /// "AZ-NAS: Assembling Zero-Cost Proxies for Network Architecture Search", 2024).
    ///
    /// - Parameter scores: m lists with one number for each candidate. Higher counts as better.
    /// - Returns: nil if a score is NaN, because NaN has no rank.
    public static func ofLogarithms(_ scores: [[Double]]) -> [Double]? {
        guard let ranks = ranks(scores) else { return nil }
        return ranks[0].indices.map { i in ranks.reduce(0) { $0 + log($1[i] / Double(ranks[0].count)) } }
    }

    private static func ranks(_ scores: [[Double]]) -> [[Double]]? {
        let ties = scores.compactMap(TieRanks.init)
        guard let count = scores.first?.count, ties.count == scores.count else { return nil }
        return ties.map { $0.averageRanks(of: Array(0..<count)) }
    }
}
