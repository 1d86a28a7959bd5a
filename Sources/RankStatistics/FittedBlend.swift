/// A blend of several scores with weights fitted to known accuracies: ridge regression of the ranks of accuracies on the ranks of scores.
///
///     ŷ = ȳ + Σⱼ wⱼ (xⱼ − x̄ⱼ),   w = argmin Σᵢ (yᵢ − ŷᵢ)² + λ Σⱼ wⱼ²
///
/// where x and y are average ranks over all pairs, scaled to mean 0 and variance 1 (Hoerl and Kennard, "Ridge Regression", 1970). With
/// ranks, neither units nor outliers matter. Cross-validation measures the blend's quality on candidates that it was not fitted to.
public struct FittedBlend: Sendable, Hashable {
    /// λ: as strong as one more pair without information.
    static let penalty = 1.0
    static let folds = 10
    /// Minimum number of pairs. With fewer, each fold leaves too few to fit two weights.
    public static let minimumPairs = 20

    /// One weight for each score, in standard deviations of the accuracies' ranks.
    public let weights: [Double]
    /// The prediction for each pair, with weights fitted to the nine tenths of the pairs that exclude it. Higher is better.
    public let crossValidated: [Double]

    /// Fits the weights and cross-validates them.
    /// - Parameters:
    ///   - scores: One list for each score, with one number for each pair. Higher counts as better.
    ///   - accuracies: One accuracy for each pair.
    ///   - hashes: One hash for each pair. Folds follow the hashes, so that the order of the pairs does not matter.
    /// - Returns: nil for fewer than `minimumPairs` pairs, or if a score or the accuracies are constant or contain NaN.
    public init?(scores: [[Double]], accuracies: [Double], hashes: [String]) {
        guard hashes.count >= Self.minimumPairs, let y = TieRanks(accuracies)?.standardized else { return nil }
        let columns = scores.compactMap { TieRanks($0)?.standardized }
        guard columns.count == scores.count else { return nil }
        let all = Array(hashes.indices)
        weights = Self.fit(columns, y, to: all).weights
        var predictions = [Double](repeating: 0, count: hashes.count)
        let order = all.sorted { hashes[$0] < hashes[$1] }
        for fold in 0..<Self.folds {
            let left = order.indices.filter { $0 % Self.folds == fold }.map { order[$0] }
            let fit = Self.fit(columns, y, to: order.indices.filter { $0 % Self.folds != fold }.map { order[$0] })
            for pair in left {
                predictions[pair] = columns.indices.reduce(fit.mean) { $0 + fit.weights[$1] * (columns[$1][pair] - fit.means[$1]) }
            }
        }
        crossValidated = predictions
    }

    private static func fit(_ columns: [[Double]], _ y: [Double], to pairs: [Int]) -> (weights: [Double], means: [Double], mean: Double) {
        func mean(_ values: [Double]) -> Double { pairs.reduce(0) { $0 + values[$1] } / Double(pairs.count) }
        let (means, center) = (columns.map(mean), mean(y))
        // (XᵀX + λ) w = Xᵀy, X and y centered.
        let system = columns.indices.map { row in
            columns.indices.map { column in
                pairs.reduce(row == column ? penalty : 0) { $0 + (columns[row][$1] - means[row]) * (columns[column][$1] - means[column]) }
            } + [pairs.reduce(0) { $0 + (columns[row][$1] - means[row]) * (y[$1] - center) }]
        }
        return (solved(system), means, center)
    }

    /// Solves by elimination. The penalty makes the matrix positive definite, so no pivot is zero.
    private static func solved(_ augmented: [[Double]]) -> [Double] {
        var rows = augmented
        for pivot in rows.indices {
            for row in rows.indices where row != pivot {
                let factor = rows[row][pivot] / rows[pivot][pivot]
                for column in pivot..<rows[row].count { rows[row][column] -= factor * rows[pivot][column] }
            }
        }
        return rows.indices.map { rows[$0].last! / rows[$0][$0] }
    }
}
