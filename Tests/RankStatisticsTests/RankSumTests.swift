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
}
