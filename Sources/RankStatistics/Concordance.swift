import Basics

/// The share of pairs of candidates at equal cost that a score puts in the order of their accuracies.
///
/// Two candidates cost the same if their costs differ by at most a tenth of the larger. Pairs of equal accuracy are left out, and a pair of
/// equal scores counts one half. A coin has 0.5.
public struct Concordance: Sendable, Hashable, Codable {
    /// The share.
    public var value: Double
    /// The low end of its 95 % interval.
    public var low: Double
    /// The high end.
    public var high: Double
    /// The number of pairs at equal cost.
    public var pairs: Int

    /// - Parameters:
    ///   - estimate: The share with its interval.
    ///   - pairs: The number of pairs at equal cost.
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

    /// Indices of the candidates in order of cost.
    private let byCost: [Int]
    /// For each place in this order, the place after the last candidate of equal cost.
    private let ends: [Int]
    private let accuracies: [Double]

    init(costs: [Double], accuracies: [Double]) {
        let order = costs.indices.sorted { costs[$0] < costs[$1] }
        var ends: [Int] = []
        var end = 0
        for first in order {
            // Costs are whole numbers, for which this is exact.
            while end < order.count, case let second = order[end], 10 * (costs[second] - costs[first]) <= costs[second] { end += 1 }
            ends.append(end)
        }
        (byCost, self.ends, self.accuracies) = (order, ends, accuracies)
    }

    /// Returns the concordance with each list of scores; nil without pairs, and for scores with NaN.
    func concordances(_ scores: [[Double]], bootstrap: Bootstrap) -> [Concordance?] {
        let isDefined = scores.map { !$0.contains(where: \.isNaN) }
        var (count, totals) = (0, [Int](repeating: 0, count: scores.count))
        forEachPair { pair in
            count += 1
            for score in scores.indices where isDefined[score] { totals[score] += credit(pair, scores[score]) }
        }
        guard count > 0 else { return scores.map { _ in nil } }
        let resampled = resampledPairs(of: count, seed: bootstrap.seed)
        let credits = scores.indices.map { score in isDefined[score] ? resampled.map { credit($0, scores[score]) } : [] }
        var weights = [Int](repeating: 0, count: accuracies.count)
        let samples = bootstrap.samples(pairs: accuracies.count) { items in
            for index in weights.indices { weights[index] = 0 }
            for item in items { weights[item] += 1 }
            var total = 0
            var sums = [Int](repeating: 0, count: credits.count)
            for (index, pair) in resampled.enumerated() {
                // A candidate drawn twice is in twice as many pairs.
                let weight = weights[pair.first] * weights[pair.second]
                guard weight > 0 else { continue }
                total += weight
                for score in credits.indices where isDefined[score] { sums[score] += weight * credits[score][index] }
            }
            return credits.indices.map { total > 0 && isDefined[$0] ? Double(sums[$0]) / Double(2 * total) : nil }
        }
        return scores.indices.map { score in
            guard var estimate = samples.estimate({ $0[score] }) else { return nil }
            estimate.value = Double(totals[score]) / Double(2 * count)
            return Concordance(estimate, pairs: count)
        }
    }

    /// Twice the credit of a pair: 2 for the order of the accuracies, 1 for equal scores.
    private func credit(_ pair: Pair, _ scores: [Double]) -> Int {
        let (a, b) = (scores[pair.first], scores[pair.second])
        return a == b ? 1 : (a < b) == (accuracies[pair.first] < accuracies[pair.second]) ? 2 : 0
    }

    /// Calls the function with each pair of equal cost and different accuracy.
    private func forEachPair(_ body: (Pair) -> Void) {
        for place in byCost.indices {
            for other in (place + 1)..<max(place + 1, ends[place]) where accuracies[byCost[place]] != accuracies[byCost[other]] {
                body(Pair(first: byCost[place], second: byCost[other]))
            }
        }
    }

    /// All pairs, or as many random ones as intervals are computed from.
    private func resampledPairs(of count: Int, seed: UInt64) -> [Pair] {
        var pairs: [Pair] = []
        guard count > Self.mostResampled else {
            forEachPair { pairs.append($0) }
            return pairs
        }
        // The number of pairs, equal accuracies included, whose first place is before each place.
        var before = [0]
        for place in byCost.indices { before.append(before[place] + ends[place] - place - 1) }
        var generator = SeededGenerator(seed: seed)
        while pairs.count < Self.mostResampled {
            let number = Int.random(in: 0..<before[byCost.count], using: &generator)
            var (low, high) = (0, byCost.count)
            while high - low > 1 {
                let middle = (low + high) / 2
                if before[middle] <= number { low = middle } else { high = middle }
            }
            let pair = Pair(first: byCost[low], second: byCost[low + 1 + number - before[low]])
            if accuracies[pair.first] != accuracies[pair.second] { pairs.append(pair) }
        }
        return pairs
    }
}
