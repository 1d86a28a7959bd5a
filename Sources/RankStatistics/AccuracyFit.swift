/// Weights of several scores, fitted to accuracies and shrunk towards weights that are believed without them: ridge regression with weights
/// that are not negative.
///
///     w = argmin Σᵢ (yᵢ − ȳ − Σⱼ wⱼ (zᵢⱼ − z̄ⱼ))² + λ Σⱼ (wⱼ − c pⱼ)²,   wⱼ ≥ 0
///
/// y are the ranks of the accuracies, scaled to mean 0 and variance 1, p the prior weights, and c, from 0.1 to 1 in units of the prior's
/// standard deviation, the slope with which the prior alone fits best. Few accuracies thus change little, and many decide.
struct AccuracyFit {
    /// λ, as strong as thirty accuracies. Chosen on the tuning halves of four spaces (Results/exploration/scores).
    private static let penalty = 30.0
    private static let (sweeps, tolerance) = (10_000, 1e-12)

    /// One weight for each score, with sum 1.
    let weights: [Double]

    /// - Parameters:
    ///   - features: one list for each score, with one number for each candidate.
    ///   - accuracies: the accuracies of some candidates.
    ///   - rows: the places of these candidates in `features`.
    ///   - prior: p, one weight for each score.
    /// - Returns: nil if the accuracies are constant or contain NaN.
    init?(_ features: [[Double]], accuracies: [Double], of rows: [Int], prior: [Double]) {
        guard let y = TieRanks(accuracies)?.standardized else { return nil }
        let x = features.map { feature -> [Double] in
            let values = rows.map { feature[$0] }
            let mean = values.mean
            return values.map { $0 - mean }
        }
        let believed = rows.indices.map { row in x.indices.reduce(0) { $0 + prior[$1] * x[$1][row] } }
        let square = believed.reduce(0) { $0 + $1 * $1 }
        let slope = square > 0 ? zip(believed, y).reduce(0) { $0 + $1.0 * $1.1 } / square : 0
        let deviation = Self.deviation(of: features, prior)
        let scale = min(max(slope, 0.1 / deviation), 1 / deviation)
        let target = prior.map { scale * $0 }
        // Coordinate descent on a strictly convex function.
        var weights = target
        var residual = rows.indices.map { row in y[row] - x.indices.reduce(0) { $0 + weights[$1] * x[$1][row] } }
        let squares = x.map { $0.reduce(0) { $0 + $1 * $1 } }
        for _ in 0..<Self.sweeps {
            var largest = 0.0
            for score in x.indices {
                let product = zip(x[score], residual).reduce(0) { $0 + $1.0 * $1.1 } + squares[score] * weights[score]
                let next = max(0, (product + Self.penalty * target[score]) / (squares[score] + Self.penalty))
                let change = next - weights[score]
                if change != 0 { for row in residual.indices { residual[row] -= change * x[score][row] } }
                weights[score] = next
                largest = max(largest, abs(change))
            }
            if largest < Self.tolerance { break }
        }
        let total = weights.reduce(0, +)
        self.weights = total > 0 ? weights.map { $0 / total } : prior
    }

    /// The standard deviation of the prior's scores over all candidates.
    private static func deviation(of features: [[Double]], _ prior: [Double]) -> Double {
        let sums = features[0].indices.map { row in features.indices.reduce(0) { $0 + prior[$1] * features[$1][row] } }
        return max(1e-9, sums.map { $0 * $0 }.mean.squareRoot())
    }
}
