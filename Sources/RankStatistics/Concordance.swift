import Basics

/// The share of pairs of candidates at equal cost that a score puts in the order of their accuracies.
///
/// Two candidates cost the same if their costs differ by at most a tenth of the larger. Pairs of equal accuracy are left out, and a pair of
/// equal scores counts one half. A coin has 0.5.
public struct Concordance: Sendable, Hashable, Codable {
    public var value: Double
    public var low: Double
    public var high: Double
    /// The number of pairs at equal cost.
    public var pairs: Int

    public init(_ estimate: Estimate, pairs: Int) {
        (value, low, high, self.pairs) = (estimate.value, estimate.low, estimate.high, pairs)
    }
}

/// All pairs of candidates at equal cost. Their concordances with several scores are computed from the same resamples.
struct PairsAtEqualCost {
    /// The largest number of pairs that intervals are computed from. Of more, this many are drawn. This makes the intervals a little wider.
    static let mostResampled = 100_000

    private struct Pair {
        let first: Int
        let second: Int
    }

    private let pairs: [Pair]
    private let accuracies: [Double]

    var count: Int { pairs.count }

    init(costs: [Double], accuracies: [Double]) {
        let order = costs.indices.sorted { costs[$0] < costs[$1] }
        var pairs: [Pair] = []
        for (place, first) in order.enumerated() {
            for second in order[(place + 1)...] {
                // Costs are whole numbers, for which this is exact.
                guard 10 * (costs[second] - costs[first]) <= costs[second] else { break }
                if accuracies[first] != accuracies[second] { pairs.append(Pair(first: first, second: second)) }
            }
        }
        self.pairs = pairs
        self.accuracies = accuracies
    }

    /// Returns the concordance with each list of scores; nil without pairs, and for scores with NaN.
    func concordances(_ scores: [[Double]], bootstrap: Bootstrap) -> [Concordance?] {
        let credits = scores.map { scores in scores.contains(where: \.isNaN) ? nil : pairs.map { credit($0, scores) } }
        let resampled = drawn(seed: bootstrap.seed)
        var weights = [Int](repeating: 0, count: accuracies.count)
        let samples = bootstrap.samples(pairs: accuracies.count) { items in
            for index in weights.indices { weights[index] = 0 }
            for item in items { weights[item] += 1 }
            var total = 0
            var sums = [Int](repeating: 0, count: credits.count)
            for index in resampled {
                // A candidate drawn twice is in twice as many pairs.
                let weight = weights[pairs[index].first] * weights[pairs[index].second]
                guard weight > 0 else { continue }
                total += weight
                for score in credits.indices { if let credits = credits[score] { sums[score] += weight * credits[index] } }
            }
            return credits.indices.map { total > 0 && credits[$0] != nil ? Double(sums[$0]) / Double(2 * total) : nil }
        }
        return credits.indices.map { score in
            guard let credits = credits[score], var estimate = samples.estimate({ $0[score] }) else { return nil }
            estimate.value = Double(credits.reduce(0, +)) / Double(2 * pairs.count)
            return Concordance(estimate, pairs: pairs.count)
        }
    }

    /// Twice the credit of a pair: 2 for the order of the accuracies, 1 for equal scores.
    private func credit(_ pair: Pair, _ scores: [Double]) -> Int {
        let (a, b) = (scores[pair.first], scores[pair.second])
        return a == b ? 1 : (a < b) == (accuracies[pair.first] < accuracies[pair.second]) ? 2 : 0
    }

    private func drawn(seed: UInt64) -> [Int] {
        guard pairs.count > Self.mostResampled else { return Array(pairs.indices) }
        var generator = SeededGenerator(seed: seed)
        return (0..<Self.mostResampled).map { _ in Int.random(in: pairs.indices, using: &generator) }
    }
}
