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
        samples(pairs: pairs) { [statistic($0)] }.estimate { $0[0] }
    }

    /// Computes several statistics of the same resamples.
    /// - Parameters:
    ///   - pairs: The number of pairs.
    ///   - statistics: Computes the statistics of the pairs with the given indices, always as many and in the same order.
    func samples(pairs: Int, _ statistics: ([Int]) -> [Double?]) -> BootstrapSamples {
        var generator = SeededGenerator(seed: seed)
        var items = [Int](repeating: 0, count: pairs)
        let values = statistics(Array(0..<pairs))
        // A statistic that is undefined for all pairs together has no interval.
        guard values.contains(where: { $0 != nil }) else { return BootstrapSamples(values: values, resamples: []) }
        return BootstrapSamples(
            values: values,
            resamples: (0..<resamples).map { _ in
                for i in items.indices { items[i] = Int.random(in: 0..<pairs, using: &generator) }
                return statistics(items)
            })
    }
}

/// Several statistics of all pairs and of each resample.
struct BootstrapSamples {
    let values: [Double?]
    let resamples: [[Double?]]

    /// Returns the estimate of a function of the statistics; nil where it is undefined for all pairs or for every resample.
    func estimate(_ function: ([Double?]) -> Double?) -> Estimate? {
        guard let value = function(values) else { return nil }
        let sorted = resamples.compactMap(function).sorted()
        guard !sorted.isEmpty else { return nil }
        return Estimate(value: value, low: Self.quantile(0.025, of: sorted), high: Self.quantile(0.975, of: sorted))
    }

    private static func quantile(_ fraction: Double, of sorted: [Double]) -> Double {
        let position = fraction * Double(sorted.count - 1)
        let below = Int(position)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
}
