/// Rankings by score, the highest first. Hashes break ties, ascending, so that the order is the same everywhere.
public enum Ranking {
    /// At most n places of a ranking, spread evenly from the first to the last. If n = 1, it is the first place.
    /// - Returns: Distinct places from 0, ascending.
    public static func spread(_ n: Int, of count: Int) -> [Int] {
        guard n > 1 else { return Array(0..<max(0, min(n, count))) }
        guard n < count else { return Array(0..<count) }
        // Rounds to the nearest place. (count − 1) / (n − 1) > 1, so no two coincide.
        return (0..<n).map { (2 * $0 * (count - 1) + n - 1) / (2 * (n - 1)) }
    }

    /// Up to n more places for a set of chosen ones. Each is the middle of the widest remaining gap, the first if gaps are equal. If the
    /// chosen places are spread evenly, so are all places together.
    public static func fillingGaps(_ n: Int, chosen: Set<Int>, of count: Int) -> [Int] {
        var taken = chosen.filter { (0..<count).contains($0) }.sorted()
        var added: [Int] = []
        while added.count < n, taken.count < count {
            // The ends beyond the first and the last place count as taken.
            let bounds = [-1] + taken + [count]
            let widths: [Int] = zip(bounds, bounds.dropFirst()).map { $1 - $0 }
            let widest = widths.firstIndex(of: widths.max()!)!
            let middle = bounds[widest] + widths[widest] / 2
            taken.insert(middle, at: widest)
            added.append(middle)
        }
        return added
    }

    /// Indices from the best to the worst: by score, descending, then by hash, ascending.
    public static func order(scores: [Double], hashes: [String]) -> [Int] {
        scores.indices.sorted { a, b in
            scores[a] == scores[b] ? hashes[a] < hashes[b] : scores[a] > scores[b]
        }
    }

    /// The Pareto front of a ranking: the places of candidates that cost less than every candidate above them.
    /// - Parameter costs: One cost for each place, best first.
    public static func front(costs: [some Comparable]) -> [Int] {
        var least = costs.first
        return costs.indices.filter { index in
            guard index == 0 || costs[index] < least! else { return false }
            least = costs[index]
            return true
        }
    }
}
