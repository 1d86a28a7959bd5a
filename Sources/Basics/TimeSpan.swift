import Foundation

/// A duration as users write it: `90s`, `10m`, `1h30m`.
public struct TimeSpan: Sendable, Hashable, LosslessStringConvertible {
    public let seconds: Double

    public init(seconds: Double) { self.seconds = seconds }

    public init?(_ description: String) {
        var total = 0.0
        var digits = ""
        var units: [(Character, Double)] = [("h", 3600), ("m", 60), ("s", 1)]
        for character in description {
            if character.isASCII, character.isNumber || character == "." {
                digits.append(character)
            } else if let position = units.firstIndex(where: { $0.0 == character }), let number = Double(digits), number.isFinite {
                total += number * units[position].1
                digits = ""
                units.removeSubrange(...position)
            } else {
                return nil
            }
        }
        guard digits.isEmpty, !description.isEmpty else { return nil }
        seconds = total
    }

    public var description: String {
        guard seconds.isFinite, seconds.magnitude < 1e15 else { return "\(seconds)s" }
        let whole = Int(seconds.rounded())
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
    }
}
