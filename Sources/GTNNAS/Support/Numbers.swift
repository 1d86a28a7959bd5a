import Foundation
import Search

/// A number with so many decimals.
func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// A fraction of 1 as a percentage.
func percent(_ fraction: Double) -> String { String(format: "%5.2f %%", 100 * fraction) }

/// Means over learners.
enum Mean {
    /// The mean with its 95 % bootstrap interval over learners.
    static func estimate(_ values: [Double], seed: UInt64) -> Estimate {
        Bootstrap(seed: seed).estimate(pairs: values.count) { indices in
            indices.reduce(0) { $0 + values[$1] } / Double(indices.count)
        }!
    }
}
