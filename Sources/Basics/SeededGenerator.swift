/// A small, fast, reproducible source of random bits: SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014). The same seed gives the same sequence on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mixed(state)
    }

    /// The seed of one thing among many (an evaluation, a learner, a meta-step), from the seed of the whole and the thing's own number.
    public static func seed(_ seed: UInt64, _ number: UInt64) -> UInt64 {
        StableHash.mixed(StableHash.mixed(seed &+ 0x9e37_79b9_7f4a_7c15) ^ number &* 0xd6e8_feb8_6659_fd93)
    }
}
