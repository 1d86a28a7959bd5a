import Foundation

/// The distance of the order of learners' losses from that of their accuracies: a pairwise logistic loss (RankNet; Burges et al.,
/// "Learning to Rank using Gradient Descent", 2005), invariant to scale and shift of all losses.
///
///     L = Σ wᵢⱼ log(1 + exp(zᵢ − zⱼ)) / Σ wᵢⱼ   over all pairs in which learner i is the better one,   z = (ℓ − mean ℓ) / σ(ℓ) + b
///
/// b ranks the learners beside their losses and is not learned: 0, or minus the standardized logarithm of their numbers of parameters.
/// A pair's weight is the difference of its accuracies' ranks: the order of neighbors is mostly chance.
struct RankingLoss {
    let value: Double
    /// ∂L/∂ℓ of each learner.
    let gradient: [Double]
    /// σ(ℓ): times the gradient it is a number without unit.
    let deviation: Double

    /// - Parameters:
    ///   - losses: of the learners; lower is better.
    ///   - accuracies: their real ones; higher is better.
    ///   - beside: b of each, lower is better; nil for nothing.
    /// - Returns: nil where nothing is to be ordered: all losses are alike, or all accuracies.
    init?(losses: [Double], accuracies: [Double], beside: [Double]? = nil) {
        let count = Double(losses.count)
        let mean = losses.reduce(0, +) / count
        let spread = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        guard spread > 0 else { return nil }
        let z = losses.map { ($0 - mean) / spread }
        // Twice each rank from 0, ties in the middle.
        let ranks = accuracies.map { own in Double(accuracies.count { $0 < own } + accuracies.count { $0 <= own }) }
        var (total, weights) = (0.0, 0.0)
        var slopes = [Double](repeating: 0, count: losses.count)
        for better in losses.indices {
            for worse in losses.indices where ranks[better] > ranks[worse] {
                let given = beside.map { $0[better] - $0[worse] } ?? 0
                let (weight, difference) = (ranks[better] - ranks[worse], z[better] - z[worse] + given)
                total += weight * (max(difference, 0) + log1p(exp(-abs(difference))))
                let slope = weight / (1 + exp(-difference))
                slopes[better] += slope
                slopes[worse] -= slope
                weights += weight
            }
        }
        guard weights > 0 else { return nil }
        value = total / weights
        deviation = spread
        // Through z: what scales or shifts all losses has no slope.
        let along = zip(slopes, z).reduce(0) { $0 + $1.0 * $1.1 } / count
        gradient = zip(slopes, z).map { ($0 - $1 * along) / (weights * spread) }
    }
}
