/// Shares a whole number out in proportion to weights (Hamilton's method, also called largest remainder).
enum LargestRemainder {
    /// Whole numbers that sum to `total` exactly, each within one of `total · weight / sum of weights`. Units left over by
    /// rounding down go to the largest remainders, equal ones by position. No share exceeds its weight while `total` is at most their sum.
    static func shares(of total: Int, weights: [Int]) -> [Int] {
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return weights.map { _ in 0 } }
        var shares = weights.map { total * $0 / sum }
        let remainders = weights.map { total * $0 % sum }
        let order = weights.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
        for position in order.prefix(total - shares.reduce(0, +)) { shares[position] += 1 }
        return shares
    }
}
