import Basics

/// A statistic with its 95 % confidence interval.
public struct Estimate: Sendable, Hashable, Codable {
    public var value: Double
    public var low: Double
    public var high: Double

    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }
}

/// Percentile intervals by resampling pairs with replacement (Efron, "Bootstrap methods: another look at the jackknife", 1979).
///
/// The same seed and number of pairs give the same resamples. Two statistics of the same pairs can be compared resample by resample.
public struct Bootstrap: Sendable, Hashable {
    public static let standardResamples = 2_000

    public let resamples: Int
    public let seed: UInt64

    public init(resamples: Int = Bootstrap.standardResamples, seed: UInt64 = 0) {
        precondition(resamples > 0, "resamples must be positive, not \(resamples)")
        self.resamples = resamples
        self.seed = seed
    }

    /// Returns the statistic of all pairs, with the 2.5th and 97.5th percentiles over all resamples, interpolated linearly.
    ///
    /// Resamples in which the statistic is undefined, such as those with one constant side, are left out.
    /// - Parameters:
    ///   - pairs: The number of pairs.
    ///   - statistic: Computes the statistic of the pairs with the given indices. Indices may repeat. Returns nil where it is undefined.
    /// - Returns: nil if the statistic is undefined for all pairs together or for every resample.
    public func estimate(pairs: Int, _ statistic: ([Int]) -> Double?) -> Estimate? {
        guard let value = statistic(Array(0..<pairs)) else { return nil }
        var generator = SeededGenerator(seed: seed)
        var items = [Int](repeating: 0, count: pairs)
        var values: [Double] = []
        values.reserveCapacity(resamples)
        for _ in 0..<resamples {
            for i in items.indices { items[i] = Int.random(in: 0..<pairs, using: &generator) }
            if let value = statistic(items) { values.append(value) }
        }
        guard !values.isEmpty else { return nil }
        values.sort()
        return Estimate(value: value, low: quantile(0.025, of: values), high: quantile(0.975, of: values))
    }

    private func quantile(_ fraction: Double, of sorted: [Double]) -> Double {
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}
