/// A top part of a ranking by score.
public enum TopFraction: Int, Sendable, CaseIterable {
    case all = 1
    /// The ⌈n/2⌉ best.
    case half = 2
    /// The ⌈n/10⌉ best.
    case tenth = 10

    /// The number of candidates in this part of a ranking of n.
    public func count(of n: Int) -> Int {
        (n + rawValue - 1) / rawValue
    }

    /// Indices of the candidates in this part, from the highest score down. Hashes break ties, ascending.
    public func indices(scores: [Double], hashes: [String]) -> [Int] {
        precondition(scores.count == hashes.count, "every score needs a hash, not \(scores.count) scores and \(hashes.count) hashes")
        return Array(Ranking.order(scores: scores, hashes: hashes).prefix(count(of: scores.count)))
    }
}
