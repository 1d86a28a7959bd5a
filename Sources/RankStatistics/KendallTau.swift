/// Kendall's τ-b: (concordant − discordant) / √((n₀ − n₁)(n₀ − n₂)).
///
/// n₀ = n(n − 1)/2 is the number of pairs of items. Of these, n₁ are tied in x and n₂ in y (Kendall, "The treatment of ties in ranking
/// problems", 1945).
/// - Returns: nil for fewer than three items, for a constant side, or if a value is NaN.
public func kendallTauB(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "a correlation needs lists of equal length, not \(x.count) and \(y.count) values")
    guard let x = TieRanks(x), let y = TieRanks(y) else { return nil }
    return kendallTauB(x, y, of: Array(x.levels.indices))
}

/// Kendall's τ-b of the chosen items in O(n log n) (Knight, "A computer method for calculating Kendall's tau with ungrouped data", 1966).
/// An item may be chosen more than once.
func kendallTauB(_ x: TieRanks, _ y: TieRanks, of items: [Int]) -> Double? {
    guard items.count >= minimumPairs else { return nil }
    // One key that orders by x, then by y.
    let keys = items.map { x.levels[$0] * y.levelCount + y.levels[$0] }.sorted()
    var tiedInBoth = 0
    var run = 0
    for i in 1..<keys.count {
        run = keys[i] == keys[i - 1] ? run + 1 : 0
        tiedInBoth += run
    }
    var byX = keys.map { $0 % y.levelCount }
    let discordant = sortCountingInversions(&byX)
    let all = items.count * (items.count - 1) / 2
    let tiedInX = tiedPairs(x.counts(of: items))
    let tiedInY = tiedPairs(y.counts(of: items))
    guard tiedInX < all, tiedInY < all else { return nil }
    let difference = all - tiedInX - tiedInY + tiedInBoth - 2 * discordant
    return Double(difference) / (Double(all - tiedInX) * Double(all - tiedInY)).squareRoot()
}

private func tiedPairs(_ counts: [Int]) -> Int {
    counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
}

/// Sorts by merging and returns the number of inversions.
private func sortCountingInversions(_ values: inout [Int]) -> Int {
    var inversions = 0
    var merged = values
    var width = 1
    while width < values.count {
        for start in stride(from: 0, to: values.count, by: 2 * width) {
            let middle = min(start + width, values.count)
            let end = min(start + 2 * width, values.count)
            var (left, right) = (start, middle)
            for place in start..<end {
                if right == end || left < middle && values[left] <= values[right] {
                    merged[place] = values[left]
                    left += 1
                } else {
                    merged[place] = values[right]
                    right += 1
                    inversions += middle - left
                }
            }
        }
        swap(&values, &merged)
        width *= 2
    }
    return inversions
}
