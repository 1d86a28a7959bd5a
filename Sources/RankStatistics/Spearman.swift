/// Spearman's ρ: Pearson's correlation of the ranks, where ties share their average rank (Spearman, "The proof and measurement of
/// association between two things", 1904).
/// - Returns: nil for fewer than three items, for a constant side, or if a value is NaN.
public func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "a correlation needs lists of equal length, not \(x.count) and \(y.count) values")
    guard let x = TieRanks(x), let y = TieRanks(y) else { return nil }
    return spearman(x, y, of: Array(x.levels.indices))
}

/// Spearman's ρ of the chosen items. An item may be chosen more than once.
func spearman(_ x: TieRanks, _ y: TieRanks, of items: [Int]) -> Double? {
    guard items.count >= minimumPairs else { return nil }
    return CenteredRanks(x, of: items).correlation(with: CenteredRanks(y, of: items))
}

/// Two items are always in perfect order or perfect disorder, so a correlation needs at least three.
let minimumPairs = 3
