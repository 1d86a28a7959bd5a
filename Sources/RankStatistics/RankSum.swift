/// The sum of several scores' ranks (Borda's count): no weights to be fitted, no accuracy needed.
public enum RankSum {
    /// Of each candidate, the mean over the scores of its average rank among all, over the number of candidates:
    ///
    ///     bᵢ = 1/(m n) Σⱼ rank(xⱼᵢ)
    ///
    /// 1 is the best by every score. Ties share their mean rank.
    ///
    /// - Parameter scores: m lists of one number a candidate, higher taken as better.
    /// - Returns: nil where a number is not a number, which has no rank.
    public static func of(_ scores: [[Double]]) -> [Double]? {
        let ties = scores.compactMap(TieRanks.init)
        guard let count = scores.first?.count, ties.count == scores.count else { return nil }
        let everyone = Array(0..<count)
        let ranks = ties.map { $0.averageRanks(of: everyone) }
        return everyone.map { candidate in ranks.reduce(0) { $0 + $1[candidate] } / (Double(scores.count) * Double(count)) }
    }
}
