import RankStatistics
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

/// A whole number with a comma between thousands.
func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let text = digits.indices.map { (($0 > 0 && (digits.count - $0) % 3 == 0) ? "," : "") + String(digits[$0]) }.joined()
    return value < 0 ? "-" + text : text
}
