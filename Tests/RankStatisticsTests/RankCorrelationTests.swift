@testable import RankStatistics
import Testing

/// Expected values: scipy 1.17.1, `spearmanr(x, y).statistic` and `kendalltau(x, y, variant='b').statistic`.
private let references: [(x: [Double], y: [Double], spearman: Double, kendall: Double)] = [
    (
        [0.61, 0.72, 0.55, 0.80, 0.77, 0.69, 0.50, 0.66], [0.90, 0.912, 0.885, 0.921, 0.93, 0.899, 0.88, 0.915], 0.8571428571428572,
        0.7142857142857142
    ),
    ([1, 2, 2, 3, 3, 3, 4, 5, 6, 7], [2, 1, 4, 3, 6, 5, 8, 7, 10, 9], 0.9108770332470622, 0.768273325346536),
    ([1, 1, 2, 2, 3, 3, 4, 4, 5, 5], [2, 2, 1, 3, 3, 3, 5, 5, 4, 4], 0.8302050989539355, 0.6582805886043833),
    ([5, 4, 4, 3, 2, 1], [0.1, 0.2, 0.2, 0.2, 0.5, 0.9], -0.954863710632231, -0.9258200997725515),
    ([1, 2, 3], [1, 3, 2], 0.5, 0.33333333333333337),
    ([0, 0, 0, 1], [1, 2, 3, 4], 0.7745966692414834, 0.7071067811865477),
]

struct RankCorrelationTests {
    @Test(arguments: references.indices) func spearmanEqualsScipy(_ index: Int) throws {
        let reference = references[index]
        #expect(abs(try #require(spearman(reference.x, reference.y)) - reference.spearman) < 1e-12)
    }

    @Test(arguments: references.indices) func kendallEqualsScipy(_ index: Int) throws {
        let reference = references[index]
        #expect(abs(try #require(kendallTauB(reference.x, reference.y)) - reference.kendall) < 1e-12)
    }

    @Test func averageRanksEqualScipy() throws {
        // scipy 1.17.1, rankdata([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
        let ranks = try #require(TieRanks([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])).averageRanks(of: Array(0..<11))
        #expect(ranks == [4.5, 1.5, 6, 1.5, 8, 11, 3, 10, 8, 4.5, 8])
    }

    @Test func undefinedIsNil() {
        #expect(spearman([1, 2], [1, 2]) == nil && kendallTauB([1, 2], [1, 2]) == nil)
        #expect(spearman([1, 1, 1], [1, 2, 3]) == nil && kendallTauB([1, 1, 1], [1, 2, 3]) == nil)
        #expect(spearman([1, .nan, 2], [1, 2, 3]) == nil && kendallTauB([1, .nan, 2], [1, 2, 3]) == nil)
        #expect(spearman([], []) == nil && kendallTauB([], []) == nil)
    }

    @Test func perfectOrderIsOne() {
        #expect(spearman([1, 2, 3, 4], [10, 20, 30, .infinity]) == 1)
        #expect(kendallTauB([1, 2, 3, 4], [4, 3, 2, 1]) == -1)
    }
}
