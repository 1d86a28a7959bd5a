import Foundation
@testable import RankStatistics
import Testing

struct RankSumTests {
    /// scipy 1.17.1: (rankdata([3, 1, 1, 2]) + rankdata([10, 20, 20, 20])) / 8
    @Test func equalsScipy() {
        #expect(RankSum.of([[3, 1, 1, 2], [10, 20, 20, 20]]) == [0.625, 0.5625, 0.5625, 0.75])
    }

    @Test func oneScoreKeepsItsOrder() {
        #expect(RankSum.of([[5, 7, 6]]) == [1.0 / 3, 1, 2.0 / 3])
    }

    @Test func nanHasNoRank() {
        #expect(RankSum.of([[1, .nan], [1, 2]]) == nil)
    }

    /// By hand: ranks 1, 2.5, 2.5 and 4 by the first score, 4, 3, 2 and 1 by the second, each over four.
    @Test func logarithmsOfRanksAreSummed() throws {
        let sums = try #require(RankSum.ofLogarithms([[0, 5, 5, 9], [8, 7, 6, 5]]))
        let expected = [log(1.0 / 4), log(2.5 / 4) + log(3.0 / 4), log(2.5 / 4) + log(2.0 / 4), log(1.0 / 4)]
        for (sum, value) in zip(sums, expected) { #expect(abs(sum - value) < 1e-12) }
        #expect(RankSum.ofLogarithms([[1, .nan]]) == nil)
    }
}
