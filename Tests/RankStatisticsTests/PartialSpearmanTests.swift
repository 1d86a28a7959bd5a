@testable import RankStatistics
import Testing

struct PartialSpearmanTests {
    /// Values by SciPy: the Pearson correlation of the residuals after linear regression of the ranks on the rank of z, an independent
    /// formula (Scripts/check-equal-cost).
    @Test(arguments: [
        (
            [3.1, 1.2, 5.5, 4.0, 2.2, 6.1, 0.4, 7.7], [2.0, 1.0, 4.5, 5.0, 3.0, 4.0, 0.5, 8.0], [1.0, 2, 3, 4, 5, 6, 7, 8],
            0.870_370_370_370_370_6
        ),
        // Ties on every side.
        ([1.0, 1, 2, 3, 3, 5, 4], [2.0, 1, 1, 3, 4, 4, 4], [1.0, 1, 1, 2, 2, 3, 3], -0.254_566_587_488_298_8),
    ]) func equalsTheCorrelationOfResiduals(_ x: [Double], _ y: [Double], _ z: [Double], _ expected: Double) throws {
        #expect(abs(try #require(partialSpearman(x, y, given: z)) - expected) < 1e-12)
    }

    @Test func isOrdinaryAtConstantCost() throws {
        let (x, y) = ([1.0, 3, 2, 5, 4], [1.0, 2, 3, 4, 5])
        #expect(partialSpearman(x, y, given: [7, 7, 7, 7, 7]) == spearman(x, y))
    }

    @Test func isUndefinedForScoresThatFollowFromTheCost() {
        let (cost, accuracy) = ([10.0, 20, 30, 40, 50, 60], [1.0, 3, 2, 5, 4, 6])
        #expect(partialSpearman(cost.map { 2 * $0 }, accuracy, given: cost) == nil)
        #expect(partialSpearman(cost.map { -$0 }, accuracy, given: cost) == nil)
        #expect(partialSpearman([1, 1, 1, 1, 1, 1], accuracy, given: cost) == nil)
        #expect(partialSpearman([1, 2, 3], [1, 3, 2], given: [1, 1, 2]) == nil)
    }
}
