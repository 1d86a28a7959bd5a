/// Weights of several scores by their agreement with each other, without any accuracy.
///
///     wⱼ = qⱼ max(0, uⱼ)² / Σₖ qₖ max(0, uₖ)²
///
/// where q are prior weights and u is the first eigenvector of the correlation matrix of the scores with q > 0, with the sign that most of
/// them share. If scores err independently of each other, the entries of this eigenvector are proportional to their accuracies (Parisi,
/// Strino, Nadler and Kluger, "Ranking and combining multiple predictors without labeled data", 2014). A score that contradicts the others
/// gets no weight. Two scores have no majority, so they keep their prior weights.
struct ScoreConsensus {
    private static let rounds = 1_000

    /// One weight for each score, with sum 1.
    let weights: [Double]

    /// - Parameters:
    ///   - features: one list for each score, with mean 0 and variance 1.
    ///   - prior: q, one weight for each score, at least one of them positive.
    init(_ features: [[Double]], prior: [Double]) {
        let asked = features.indices.filter { prior[$0] > 0 }
        let correlations = asked.map { a in asked.map { b in zip(features[a], features[b]).map { $0 * $1 }.mean } }
        // The power method, from equal entries, which gives the sign of the majority.
        var vector = [Double](repeating: 1, count: asked.count)
        // Two scores that disagree have no majority: their sign would be that of a rounding error.
        let rounds = asked.count > 2 ? Self.rounds : 0
        for _ in 0..<rounds {
            let next = correlations.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
            let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { break }
            vector = next.map { $0 / length }
        }
        var weights = [Double](repeating: 0, count: features.count)
        for (place, score) in asked.enumerated() { weights[score] = prior[score] * max(0, vector[place]) * max(0, vector[place]) }
        let total = weights.reduce(0, +)
        self.weights = total > 0 ? weights.map { $0 / total } : prior.map { $0 / prior.reduce(0, +) }
    }
}
