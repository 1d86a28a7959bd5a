/// Apportions an integer in proportion to weights, by the largest-remainder method (Hamilton's method).
enum LargestRemainder {
    /// Integers that sum to `total` exactly, each within one of `total · weight / sum of weights`.
    ///
    /// Units left after rounding down go to the largest remainders, ties by position. If `total` is at most the sum of weights, no share
    /// exceeds its weight.
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
