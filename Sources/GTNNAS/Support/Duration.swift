import Basics
import ArgumentParser
import Foundation
import Search

/// A length of time as users write it: `90s`, `10m`, `1h30m`.
struct Duration: ExpressibleByArgument, Hashable, CustomStringConvertible {
    let seconds: Double

    init(seconds: Double) { self.seconds = seconds }

    init?(argument: String) {
        var total = 0.0
        var digits = ""
        var units: [(Character, Double)] = [("h", 3600), ("m", 60), ("s", 1)]
        for character in argument {
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
        guard digits.isEmpty, !argument.isEmpty else { return nil }
        seconds = total
    }

    var description: String {
        let whole = Int(seconds.rounded())
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
    }
}

extension Deadline {
    /// Of a command with statistics at its end, which take a moment of the budget; none without a budget. Ctrl-C cancels either.
    static func ofCommand(_ budget: Duration?, startedAt: Double) -> Deadline {
        budget.map { Deadline(at: startedAt + 0.98 * $0.seconds, cancellation: Interruption.cancellation) }
            ?? .unbounded(cancellation: Interruption.cancellation)
    }
}
