import Basics
@testable import RankStatistics
import Testing

struct ConcordanceTests {
    private func concordance(_ scores: [Double], _ accuracies: [Double], _ costs: [Double]) -> Concordance? {
        PairsAtEqualCost(costs: costs, accuracies: accuracies).concordances([scores], bootstrap: quick)[0]
    }

    @Test func countsPairsWithinATenthOfTheLargerCost() throws {
        // 90 and 100 are a pair, 89 and 100 are not; nor are 89 and 99. 89 and 90 are, and 90 and 99, and 99 and 100.
        let found = try #require(concordance([1, 2, 3, 4], [1, 2, 3, 4], [89, 90, 99, 100]))
        #expect(found.pairs == 4)
        #expect(found.value == 1)
    }

    @Test func equalScoresCountHalfAndEqualAccuraciesNothing() throws {
        // Of three pairs, one has equal accuracies, one equal scores, and one is ordered wrongly.
        let found = try #require(concordance([2, 1, 2], [0.5, 0.5, 0.4], [10, 10, 10]))
        #expect(found.pairs == 2)
        #expect(found.value == 0.25)
    }

    @Test func isUndefinedWithoutPairs() {
        #expect(concordance([1, 2, 3], [1, 2, 3], [10, 20, 40]) == nil)
        #expect(concordance([1, 2, 3], [1, 1, 1], [10, 10, 10]) == nil)
        #expect(concordance([1, .nan, 3], [1, 2, 3], [10, 10, 10]) == nil)
    }

    /// The interval covers the truth of a population about as often as it says.
    @Test func intervalsCoverTheTruth() throws {
        var covered = 0
        for seed in 0..<100 {
            var generator = SeededGenerator(seed: UInt64(seed))
            // Scores are right about a half of the accuracies: the truth is 0.5 + 0.5 · 0.5.
            let accuracies = (0..<60).map { _ in Double.random(in: 0..<1, using: &generator) }
            let scores = accuracies.map { Bool.random(using: &generator) ? $0 : Double.random(in: 0..<1, using: &generator) }
            let found = try #require(concordance(scores, accuracies, Array(repeating: 5, count: 60)))
            // Of pairs of two right scores all are ordered, of one right and one random score two thirds, of two random ones a half.
            let truth = 0.25 + 0.5 * 2 / 3 + 0.25 * 0.5
            if found.low <= truth, truth <= found.high { covered += 1 }
        }
        #expect(covered >= 88)
    }

    @Test func manyPairsAreDrawnForTheInterval() throws {
        var generator = SeededGenerator(seed: 1)
        let accuracies = (0..<500).map { _ in Double.random(in: 0..<1, using: &generator) }
        let scores = accuracies.map { $0 + Double.random(in: 0..<1, using: &generator) }
        let found = try #require(
            PairsAtEqualCost(costs: Array(repeating: 1, count: 500), accuracies: accuracies)
                .concordances([scores], bootstrap: Bootstrap(resamples: 20))[0])
        #expect(found.pairs == 124_750)
        #expect(found.low < found.value && found.value < found.high)
        #expect(found.high - found.low < 0.1)
    }
}
