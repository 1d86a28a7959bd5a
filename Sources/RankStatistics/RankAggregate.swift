import Foundation

/// One ranking from several scores, which need not share a unit: a weighted sum of the logarithms of their ranks.
///
///     sᵢ = Σⱼ wⱼ zᵢⱼ,   zⱼ = ln(rank(xⱼ) / n), scaled to mean 0 and variance 1,   wⱼ ≥ 0,   Σⱼ wⱼ = 1
///
/// Ranks are from 1, the worst, to n. Ties share their mean rank, and an undefined score counts as the worst. With logarithms, a low rank
/// by one score costs more than high ranks by others gain (Lee and Ham, "AZ-NAS: Assembling Zero-Cost Proxies for Network Architecture
/// Search", 2024).
///
/// The weights come from the scores themselves (`ScoreConsensus`) and, from
/// ``fewestAccuracies`` accuracies on, also from these (`AccuracyFit`).
public struct RankAggregate: Sendable {
    /// One of the scores.
    public struct Member: Sendable {
        public let name: String
        /// One value for each candidate, nil where the score is undefined. Higher counts as better.
        public let values: [Double?]
        /// The weight before agreement and accuracies count; members with 0 have a weight only if accuracies speak for them.
        public let prior: Double

        public init(_ name: String, _ values: [Double?], prior: Double = 1) {
            self.name = name
            self.values = values
            self.prior = prior
        }
    }

    /// The number of accuracies from which on weights are fitted to them.
    public static let fewestAccuracies = 8

    /// The names of the members that distinguish candidates, in order.
    public let members: [String]
    /// The weight of each of `members`.
    public let weights: [Double]
    /// The score of each candidate; higher is better.
    public let scores: [Double]
    /// The score of each candidate by weights that are not fitted to its own accuracy, so that they agree with accuracies as those of new
    /// candidates do. Without a fit, they equal `scores`.
    public let crossFitted: [Double]
    /// Whether the weights are fitted to accuracies.
    public let isFitted: Bool

    /// - Parameters:
    ///   - members: the scores of the candidates.
    ///   - accuracies: the accuracy of each candidate, nil where it is not known; nil without any.
    /// - Returns: nil if no score with a prior weight distinguishes candidates.
    public init?(_ members: [Member], accuracies: [Double?]? = nil) {
        let columns = members.map { (name: $0.name, prior: $0.prior, values: Self.logarithms($0.values)) }.filter { $0.values != nil }
        guard columns.contains(where: { $0.prior > 0 }) else { return nil }
        let features = columns.map { $0.values! }
        let believed = ScoreConsensus(features, prior: columns.map(\.prior)).weights
        self.members = columns.map(\.name)
        let known = accuracies.map { values in values.indices.filter { values[$0] != nil } } ?? []
        func fitted(to rows: [Int]) -> [Double]? {
            guard rows.count >= Self.fewestAccuracies else { return nil }
            return AccuracyFit(features, accuracies: rows.map { accuracies![$0]! }, of: rows, prior: believed)?.weights
        }
        let all = fitted(to: known)
        isFitted = all != nil
        let weights = all ?? believed
        self.weights = weights
        let scores = Self.sums(features, weights)
        self.scores = scores
        guard isFitted else {
            crossFitted = scores
            return
        }
        var cross = scores
        for row in known {
            let others = fitted(to: known.filter { $0 != row }) ?? believed
            cross[row] = features.indices.reduce(0) { $0 + others[$1] * features[$1][row] }
        }
        crossFitted = cross
    }

    /// The scaled logarithms of the ranks; nil if all values are equal.
    private static func logarithms(_ values: [Double?]) -> [Double]? {
        guard let ties = TieRanks(values.map { $0 ?? -.infinity }), ties.levelCount > 1 else { return nil }
        return ties.averageRanks(of: Array(values.indices)).map { log($0 / Double(values.count)) }.standardized
    }

    private static func sums(_ features: [[Double]], _ weights: [Double]) -> [Double] {
        features[0].indices.map { row in features.indices.reduce(0) { $0 + weights[$1] * features[$1][row] } }
    }
}
