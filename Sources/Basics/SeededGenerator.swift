/// The SplitMix64 generator: small, fast, and the same sequence for a seed on every machine (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return StableHash.mixed(state)
    }

    /// The seed of one item among many, such as an evaluation, a learner or a meta-step.
    /// - Parameters:
    ///   - seed: The seed of the whole job.
    ///   - number: The item's number.
    public static func seed(_ seed: UInt64, _ number: UInt64) -> UInt64 {
        StableHash.mixed(StableHash.mixed(seed &+ 0x9e37_79b9_7f4a_7c15) ^ number &* 0xd6e8_feb8_6659_fd93)
    }
}
