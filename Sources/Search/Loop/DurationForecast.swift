/// Foretells how long the next piece of work takes: the median of the past, which one slow outlier does not move.
struct DurationForecast: Sendable {
    private var sorted: [Double]

    init(past: [Double] = []) {
        sorted = past.sorted()
    }

    /// Seconds; nil while nothing is known.
    var expected: Double? {
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    mutating func add(_ seconds: Double) {
        sorted.insert(seconds, at: sorted.firstIndex { $0 > seconds } ?? sorted.endIndex)
    }
}
