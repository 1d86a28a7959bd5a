import Foundation

/// A pairwise logistic loss that compares the order of learners' losses with the order of their accuracies (RankNet; Burges et al.,
/// "Learning to Rank using Gradient Descent", 2005). It is invariant to scale and shift of all losses.
///
///     L = Σ wᵢⱼ log(1 + exp(zᵢ − zⱼ)) / Σ wᵢⱼ   over all pairs in which learner i is better,   z = (ℓ − mean ℓ) / σ(ℓ) + b
///
/// b is a fixed term of each learner: 0, or the negative standardized logarithm of the number of parameters. It is not learned. The
/// weight of a pair is the difference of its accuracy ranks, because the order of neighbors is mostly noise.
struct RankingLoss {
    let value: Double
    /// ∂L/∂ℓ of each learner.
    let gradient: [Double]
    /// σ(ℓ). Its product with the gradient is dimensionless.
    let deviation: Double

    /// - Parameters:
    ///   - losses: the learners' losses; lower is better.
    ///   - accuracies: the learners' real accuracies; higher is better.
    ///   - beside: b of each learner, lower is better; nil for 0.
    /// - Returns: nil if all losses or all accuracies are equal, so that there is no order.
    init?(losses: [Double], accuracies: [Double], beside: [Double]? = nil) {
        let count = Double(losses.count)
        let mean = losses.reduce(0, +) / count
        let spread = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
        guard spread > 0 else { return nil }
        let z = losses.map { ($0 - mean) / spread }
        // Doubled ranks from 0. Ties get the mean rank.
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
        // The derivative through z removes the components that scale or shift all losses.
        let along = zip(slopes, z).reduce(0) { $0 + $1.0 * $1.1 } / count
        gradient = zip(slopes, z).map { ($0 - $1 * along) / (weights * spread) }
    }
}
