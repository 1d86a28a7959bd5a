/// The mean and the sample standard deviation of a list of numbers.
public struct Spread: Hashable, Sendable {
    public let mean: Double
    /// The sample standard deviation √(Σ (x − mean)² / (n − 1)); zero for a single number.
    public let standardDeviation: Double

    /// - Returns: nil for an empty list.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        standardDeviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
    }
}
