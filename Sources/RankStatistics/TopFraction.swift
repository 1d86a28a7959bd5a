/// The best part of a ranking, by score.
public enum TopFraction: Int, Sendable, CaseIterable {
    case all = 1
    /// The ⌈n/2⌉ best.
    case half = 2
    /// The ⌈n/10⌉ best.
    case tenth = 10

    /// How many of n are in it.
    public func count(of n: Int) -> Int {
        (n + rawValue - 1) / rawValue
    }

    /// Indices of the best, from the highest score down; ties are broken by hash, ascending.
    public func indices(scores: [Double], hashes: [String]) -> [Int] {
        precondition(scores.count == hashes.count, "every score has a hash: \(scores.count) scores, \(hashes.count) hashes")
        return Array(Ranking.order(scores: scores, hashes: hashes).prefix(count(of: scores.count)))
    }
}
