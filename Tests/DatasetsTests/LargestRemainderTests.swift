import Testing

@testable import Datasets

@Suite struct LargestRemainderTests {
    @Test(arguments: [
        (5, [10, 10], [3, 2]), (10, [5, 3, 2], [5, 3, 2]), (4, [1, 1, 1, 1, 1], [1, 1, 1, 1, 0]),
        // The textbook case of Hamilton's method: quotas of 1.5, 1.5, 0.6 and 0.4 of 4.
        (4, [15, 15, 6, 4], [2, 1, 1, 0]), (0, [3, 4], [0, 0]), (3, [0, 7, 0], [0, 3, 0]), (0, [], []), (0, [0, 0], [0, 0]),
    ])
    func shares(total: Int, weights: [Int], shares: [Int]) {
        #expect(LargestRemainder.shares(of: total, weights: weights) == shares)
    }

    @Test func sharesAreExactAndWithinTheirWeights() {
        var generator = TestGenerator(state: 1)
        for _ in 0..<500 {
            let weights = (0..<Int.random(in: 1...12, using: &generator)).map { _ in Int.random(in: 0...40, using: &generator) }
            let total = Int.random(in: 0...weights.reduce(0, +), using: &generator)
            let shares = LargestRemainder.shares(of: total, weights: weights)
            #expect(shares.reduce(0, +) == total)
            #expect(zip(shares, weights).allSatisfy { $0 <= $1 })
        }
    }
}
