import ResultStore
import Basics

/// Draws candidates at random, without repeats.
///
/// Candidate i is a function of the seed and i alone: results, timing and workers have no say in it.
public struct RandomProposer: Proposer {
    /// Draws one candidate of the space; all its randomness comes from the generator.
    public typealias Draw = @Sendable (inout SeededGenerator) throws -> Candidate

    /// Repeats in a row after which the space counts as exhausted. An architecture drawn with probability 1/100 is then
    /// missed with probability 4e-5.
    public static let consecutiveRepeatsAllowed = 1_000

    private let seed: UInt64
    private let distinct: Int?
    private let draw: Draw
    private var attempts: UInt64 = 0
    private var seen: Set<String> = []
    private var isExhausted = false

    /// - Parameters:
    ///   - seed: of the draws.
    ///   - distinct: how many different candidates the space holds, where that is known.
    ///   - draw: draws one candidate; may repeat itself.
    public init(seed: UInt64, distinct: Int? = nil, draw: @escaping Draw) {
        self.seed = seed
        self.distinct = distinct
        self.draw = draw
    }

    /// The next candidate not proposed before, or nil when the space is exhausted.
    /// - Throws: what the drawing closure throws.
    public mutating func next() throws -> Candidate? {
        guard !isExhausted, seen.count < distinct ?? .max else { return nil }
        for _ in 0...Self.consecutiveRepeatsAllowed {
            // A generator of its own for every draw: how many bits one draw consumes does not shift the next.
            var generator = SeedStream.numbered.generator(seed, attempts)
            attempts += 1
            let candidate = try draw(&generator)
            if seen.insert(candidate.hash).inserted { return candidate }
        }
        isExhausted = true
        return nil
    }
}

extension RandomProposer {
    /// The next candidate that is not among those seen, which it joins; nil when the space is exhausted.
    mutating func next(notIn seen: inout Set<String>) throws -> Candidate? {
        while let candidate = try next() {
            if seen.insert(candidate.hash).inserted { return candidate }
        }
        return nil
    }
}
