/// Rankings by score, the highest first; ties are broken by hash, ascending, so that the order is the same everywhere.
public enum Ranking {
    /// The places (from 0, ascending, distinct) of at most n items spread evenly over `count`: the first and the last
    /// among them, the first alone for n = 1.
    public static func spread(_ n: Int, of count: Int) -> [Int] {
        guard n > 1 else { return Array(0..<max(0, min(n, count))) }
        guard n < count else { return Array(0..<count) }
        // Rounded to the nearest: (count − 1) / (n − 1) > 1, so no two fall together.
        return (0..<n).map { (2 * $0 * (count - 1) + n - 1) / (2 * (n - 1)) }
    }

    /// At most n more places, none of those chosen: each is the middle of the widest gap that is left, the first of equals. Where chosen
    /// ones are spread evenly, all of them are then, too.
    public static func fillingGaps(_ n: Int, chosen: Set<Int>, of count: Int) -> [Int] {
        var taken = chosen.filter { (0..<count).contains($0) }.sorted()
        var added: [Int] = []
        while added.count < n, taken.count < count {
            // Before the first and after the last, the ends count as taken.
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

    /// Places in a ranking, best first, of those that none beats in both score and cost: who costs less than all before.
    public static func front(costs: [some Comparable]) -> [Int] {
        var least = costs.first
        return costs.indices.filter { index in
            guard index == 0 || costs[index] < least! else { return false }
            least = costs[index]
            return true
        }
    }
}
