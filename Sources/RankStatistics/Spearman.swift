/// Spearman's ρ: Pearson's correlation of the ranks, ties ranked by their average (Spearman, "The proof and measurement of
/// association between two things", 1904).
/// - Returns: nil for fewer than three pairs, for a constant side, and where a value is not a number.
public func spearman(_ x: [Double], _ y: [Double]) -> Double? {
    precondition(x.count == y.count, "a correlation is of pairs: \(x.count) values against \(y.count)")
    guard let x = TieRanks(x), let y = TieRanks(y) else { return nil }
    return spearman(x, y, of: Array(x.levels.indices))
}

/// ρ of the chosen pairs; an index may be chosen more than once.
func spearman(_ x: TieRanks, _ y: TieRanks, of items: [Int]) -> Double? {
    guard items.count >= minimumPairs else { return nil }
    let (a, b) = (x.averageRanks(of: items), y.averageRanks(of: items))
    let mean = Double(items.count + 1) / 2
    var (aa, bb, ab) = (0.0, 0.0, 0.0)
    for i in items.indices {
        let (da, db) = (a[i] - mean, b[i] - mean)
        aa += da * da
        bb += db * db
        ab += da * db
    }
    // Ranks are halves of whole numbers: on a constant side every deviation is exactly zero.
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : nil
}

/// Two pairs are always in perfect order or perfect disorder: below three a correlation says nothing.
let minimumPairs = 3
