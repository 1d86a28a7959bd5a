import Foundation

/// A number with `digits` decimals.
public func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// A fraction of 1 as a percentage with two decimals.
public func percent(_ fraction: Double) -> String { String(format: "%5.2f %%", 100 * fraction) }

/// A whole number with commas between thousands.
public func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude))
    let text = digits.indices.map { (($0 > 0 && (digits.count - $0) % 3 == 0) ? "," : "") + String(digits[$0]) }.joined()
    return value < 0 ? "-" + text : text
}
