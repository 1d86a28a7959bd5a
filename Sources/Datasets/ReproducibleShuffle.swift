extension Array {
    /// Puts the elements in an order drawn with equal chance (Fisher and Yates).
    ///
    /// `shuffle(using:)` of the standard library may draw differently in another version of Swift; the splits of a stored run must not.
    mutating func reproduciblyShuffle(using generator: inout some RandomNumberGenerator) {
        for last in indices.dropFirst().reversed() {
            swapAt(last, Self.draw(below: last + 1, using: &generator))
        }
    }

    /// A number from 0 to `bound` − 1, each equally likely: values above the greatest multiple of the bound are drawn again.
    private static func draw(below bound: Int, using generator: inout some RandomNumberGenerator) -> Int {
        let bound = UInt64(bound)
        let accepted = UInt64.max - UInt64.max % bound
        while true {
            let bits: UInt64 = generator.next()
            if bits < accepted { return Int(bits % bound) }
        }
    }
}
