/// Numbers that options may take.
enum OptionCheck {
    static func whole(_ name: String, _ value: Int, _ bounds: ClosedRange<Int>) throws -> Int {
        guard bounds.contains(value) else {
            throw InputRefusal("--\(name) \(value): expected a number from \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return value
    }

    static func ifGiven(_ name: String, _ value: Int?, _ bounds: ClosedRange<Int>) throws {
        if let value { _ = try whole(name, value, bounds) }
    }

    /// From 0 up to but not including 1.
    static func share(_ name: String, _ value: Double) throws -> Double {
        guard (0..<1).contains(value) else {
            throw InputRefusal("--\(name) \(value): expected a number from 0 up to, but not including, 1")
        }
        return value
    }

    static func positive(_ name: String, _ value: Double) throws -> Double {
        guard value > 0, value.isFinite else { throw InputRefusal("--\(name) \(value): expected a positive number") }
        return value
    }
}
