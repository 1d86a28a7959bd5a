/// The partial Spearman correlation of x and y given z: the correlation of their ranks that is left when the rank of z is held fixed.
///
///     ρ(x, y | z) = (ρxy − ρxz ρyz) / √((1 − ρxz²)(1 − ρyz²))
///
/// With z the cost of a network, it measures how well a score orders networks of equal cost (Kendall, "Partial rank correlation", 1942; for
/// Spearman's ρ, Conover, "Practical Nonparametric Statistics", 1999, section 5.4). With z constant, it is ρxy.
/// - Returns: nil for fewer than four items, if x or y is constant or follows from z, or if a value is NaN.
public func partialSpearman(_ x: [Double], _ y: [Double], given z: [Double]) -> Double? {
    precondition(x.count == y.count && x.count == z.count, "a partial correlation needs lists of equal length")
    guard let x = TieRanks(x), let y = TieRanks(y), let z = TieRanks(z) else { return nil }
    let items = Array(x.levels.indices)
    return partialSpearman(CenteredRanks(x, of: items), CenteredRanks(y, of: items), given: CenteredRanks(z, of: items))
}

func partialSpearman(_ x: CenteredRanks, _ y: CenteredRanks, given z: CenteredRanks) -> Double? {
    guard x.values.count >= minimumPartialPairs, let xy = x.correlation(with: y) else { return nil }
    guard let xz = x.correlation(with: z), let yz = y.correlation(with: z) else { return xy }
    let rest = (1 - xz * xz) * (1 - yz * yz)
    // Rounding leaves a little of a correlation of exactly one.
    guard rest > 1e-12 else { return nil }
    return min(1, max(-1, (xy - xz * yz) / rest.squareRoot()))
}

/// Three ranks with one of them held fixed are always in perfect order or perfect disorder.
private let minimumPartialPairs = 4

/// The ranks of chosen items minus their mean.
struct CenteredRanks {
    let values: [Double]
    /// Σ of squares; zero for a constant list.
    private let squares: Double

    init(_ ranks: TieRanks, of items: [Int]) {
        let mean = Double(items.count + 1) / 2
        values = ranks.averageRanks(of: items).map { $0 - mean }
        squares = values.reduce(0) { $0 + $1 * $1 }
    }

    /// Spearman's ρ; nil for a constant side.
    func correlation(with other: CenteredRanks) -> Double? {
        // Ranks are multiples of one half, so every deviation of a constant side is exactly zero.
        guard squares > 0, other.squares > 0 else { return nil }
        var sum = 0.0
        for index in values.indices { sum += values[index] * other.values[index] }
        return sum / (squares * other.squares).squareRoot()
    }
}
