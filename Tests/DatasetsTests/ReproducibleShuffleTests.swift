import Testing

@testable import Datasets

/// A generator of the bits 0, 1, 2, …
private struct Counter: RandomNumberGenerator {
    var value: UInt64 = 0

    mutating func next() -> UInt64 {
        defer { value &+= 1 }
        return value
    }
}

@Suite struct ReproducibleShuffleTests {
    @Test func followsTheDocumentedDraws() {
        // The draws are 0, 1 % 4, 2 % 3 and 3 % 2, so the swaps are (4,0), (3,1), (2,2) and (1,1).
        var generator = Counter()
        var letters = ["a", "b", "c", "d", "e"]
        letters.reproduciblyShuffle(using: &generator)
        #expect(letters == ["e", "d", "c", "b", "a"])
    }

    @Test func rejectsBiasedDraws() {
        // 2^64 − 1 is a multiple of 3, so the last of 2^64 values is rejected. The draws are 0 % 3 and 1 % 2.
        var generator = Counter(value: .max)
        var letters = ["a", "b", "c"]
        letters.reproduciblyShuffle(using: &generator)
        #expect(letters == ["c", "b", "a"])
    }

    @Test func keepsAllElementsAndReachesEveryOrder() {
        var generator = TestGenerator(state: 3)
        var orders: [[Int]: Int] = [:]
        for _ in 0..<6_000 {
            var numbers = [0, 1, 2]
            numbers.reproduciblyShuffle(using: &generator)
            orders[numbers, default: 0] += 1
        }
        #expect(orders.count == 6)
        // Five standard deviations of a binomial distribution with 6,000 draws and p = 1/6.
        #expect(orders.values.allSatisfy { abs($0 - 1_000) < 145 })
    }

    @Test func shortArrays() {
        var generator = Counter()
        var none: [Int] = []
        var one = [1]
        none.reproduciblyShuffle(using: &generator)
        one.reproduciblyShuffle(using: &generator)
        #expect(one == [1])
        #expect(generator.value == 0)
    }
}
