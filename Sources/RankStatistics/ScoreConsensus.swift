/// How far each of several scores can be believed, judged by their agreement with each other, without any accuracy.
///
///     wⱼ = max(0, uⱼ)² / Σₖ max(0, uₖ)²
///
/// where u is the first eigenvector of the scores' correlation matrix, with the sign that most scores share. If scores err independently of
/// each other, the entries of this eigenvector are proportional to the accuracies of the scores (Parisi, Strino, Nadler and Kluger, "Ranking
/// and combining multiple predictors without labeled data", 2014). A score that contradicts the others gets no weight.
struct ScoreConsensus {
    private static let iterations = 1_000

    /// One weight for each score, with sum 1.
    let weights: [Double]

    /// - Parameter features: one list for each score, with mean 0 and variance 1.
    init(_ features: [[Double]]) {
        let correlations = features.map { a in features.map { b in zip(a, b).map { $0 * $1 }.mean } }
        // Power iteration from equal entries, which gives the sign of the majority.
        var vector = [Double](repeating: 1, count: features.count)
        for _ in 0..<Self.iterations {
            let next = correlations.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
            let length = next.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { break }
            vector = next.map { $0 / length }
        }
        let squares = vector.map { max(0, $0) * max(0, $0) }
        let total = squares.reduce(0, +)
        weights = total > 0 ? squares.map { $0 / total } : squares.map { _ in 1 / Double(squares.count) }
    }
}
