import ResultStore
import Basics

/// A proposer that draws candidates at random, without repeats.
///
/// Candidate i depends only on the seed and i, not on results, timing or workers.
public struct RandomProposer: Proposer {
    /// Draws one candidate of the space; nil if there will be no further ones. All randomness comes from the generator.
    public typealias Draw = @Sendable (inout SeededGenerator) throws -> Candidate?

    /// Number of consecutive repeats after which the space counts as exhausted. An architecture drawn with probability 1/100 is then missed
    /// with probability 4e-5.
    public static let consecutiveRepeatsAllowed = 1_000

    private let seed: UInt64
    private let distinct: Int?
    private let draw: Draw
    private var attempts: UInt64 = 0
    private var seen: Set<String> = []
    private var isExhausted = false

    /// - Parameters:
    ///   - seed: seed of the draws.
    ///   - distinct: number of distinct candidates in the space; nil if unknown.
    ///   - draw: draws one candidate; it may repeat candidates.
    public init(seed: UInt64, distinct: Int? = nil, draw: @escaping Draw) {
        self.seed = seed
        self.distinct = distinct
        self.draw = draw
    }

    /// Returns the next candidate that was not proposed before, or nil if the space is exhausted.
    /// - Throws: errors of the `draw` closure.
    public mutating func next() throws -> Candidate? {
        guard !isExhausted, seen.count < distinct ?? .max else { return nil }
        for _ in 0...Self.consecutiveRepeatsAllowed {
            // Each draw has its own generator, so that the number of bits one draw consumes does not affect the next.
            var generator = SeedStream.numbered.generator(seed, attempts)
            attempts += 1
            guard let candidate = try draw(&generator) else { break }
            if seen.insert(candidate.hash).inserted { return candidate }
        }
        isExhausted = true
        return nil
    }
}

extension RandomProposer {
    /// Returns the next candidate that is not in `seen`, and inserts it there; nil if the space is exhausted.
    mutating func next(notIn seen: inout Set<String>) throws -> Candidate? {
        while let candidate = try next() {
            if seen.insert(candidate.hash).inserted { return candidate }
        }
        return nil
    }
}
