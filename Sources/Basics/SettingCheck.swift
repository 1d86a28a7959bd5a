/// Checks that a user's numbers are within bounds.
public enum SettingCheck {
    /// Returns the value if it is within the bounds.
    /// - Throws: `InputError` otherwise.
    public static func whole(_ name: String, _ value: Int, _ bounds: ClosedRange<Int>) throws(InputError) -> Int {
        guard bounds.contains(value) else {
            throw InputError("\(setting: name) \(value): expected a number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return value
    }

    public static func ifGiven(_ name: String, _ value: Int?, _ bounds: ClosedRange<Int>) throws(InputError) {
        if let value { _ = try whole(name, value, bounds) }
    }

    /// Returns the value if it is at least 0 and below 1.
    public static func share(_ name: String, _ value: Double) throws(InputError) -> Double {
        guard (0..<1).contains(value) else {
            throw InputError("\(setting: name) \(value): expected a number from 0 up to, but not including, 1")
        }
        return value
    }

    public static func positive(_ name: String, _ value: Double) throws(InputError) -> Double {
        guard value > 0, value.isFinite else { throw InputError("\(setting: name) \(value): expected a positive number") }
        return value
    }
}
