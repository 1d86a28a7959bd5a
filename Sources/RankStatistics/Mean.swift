/// Means over learners.
public enum Mean {
    /// The mean with its 95 % bootstrap interval over learners. The list must not be empty.
    public static func estimate(_ values: [Double], seed: UInt64) -> Estimate {
        Bootstrap(seed: seed).estimate(pairs: values.count) { indices in
            indices.reduce(0) { $0 + values[$1] } / Double(indices.count)
        }!
    }
}
