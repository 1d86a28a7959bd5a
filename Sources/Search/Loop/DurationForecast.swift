/// A forecast of the duration of the next task: the median of past durations, which is robust to slow outliers.
struct DurationForecast: Sendable {
    private var sorted: [Double]

    init(past: [Double] = []) {
        sorted = past.sorted()
    }

    /// The expected seconds; nil without past durations.
    var expected: Double? {
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    mutating func add(_ seconds: Double) {
        sorted.insert(seconds, at: sorted.firstIndex { $0 > seconds } ?? sorted.endIndex)
    }
}
