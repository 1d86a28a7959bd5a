extension Array {
    /// Shuffles the elements, every order equally likely (Fisher and Yates).
    ///
    /// The standard library's `shuffle(using:)` may change between versions of Swift. The splits of a stored run must not.
    mutating func reproduciblyShuffle(using generator: inout some RandomNumberGenerator) {
        for last in indices.dropFirst().reversed() {
            swapAt(last, Self.draw(below: last + 1, using: &generator))
        }
    }

    /// Draws a number from 0 to `bound` − 1, each equally likely. Values from the greatest multiple of the bound on are rejected.
    private static func draw(below bound: Int, using generator: inout some RandomNumberGenerator) -> Int {
        let bound = UInt64(bound)
        let accepted = UInt64.max - UInt64.max % bound
        while true {
            let bits: UInt64 = generator.next()
            if bits < accepted { return Int(bits % bound) }
        }
    }
}
