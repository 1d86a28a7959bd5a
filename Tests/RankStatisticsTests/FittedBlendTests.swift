import Basics
import SearchSpace
import Testing

@testable import RankStatistics

@Suite struct FittedBlendTests {
    private func fit(_ rows: [FashionCandidates.Row]) -> FittedBlend? {
        FittedBlend(
            scores: [rows.map(\.score), rows.map(\.parameters)], accuracies: rows.map(\.accuracy), hashes: rows.map(\.architecture))
    }

    @Test func isRidgeRegressionOfRanks() throws {
        // scikit-learn 1.x, Ridge(alpha=1), on scipy.stats.rankdata of each column, scaled by numpy's std. Folds as documented.
        let blend = try #require(fit(FashionCandidates.rows))
        for (weight, expected) in zip(blend.weights, [0.5160615428882072, 0.4597367815202727]) { #expect(abs(weight - expected) < 1e-12) }
        for (value, expected) in zip(blend.crossValidated, [1.4953053779313903, 1.6235721323633416, 1.641224990757679]) {
            #expect(abs(value - expected) < 1e-12)
        }
        let rho = try #require(spearman(blend.crossValidated, FashionCandidates.rows.map(\.accuracy)))
        #expect(abs(rho - 0.9376328557542102) < 1e-12)
    }

    @Test func isIndependentOfTheOrderOfPairs() throws {
        let one = try #require(fit(FashionCandidates.rows))
        let other = try #require(fit(FashionCandidates.rows.reversed()))
        for (a, b) in zip(one.crossValidated, other.crossValidated.reversed()) { #expect(abs(a - b) < 1e-12) }
    }

    /// The accuracies are independent of the scores. Without held-out pairs, the fitted scores would always seem to predict them.
    @Test func heldOutPairsDoNotInfluenceTheFit() throws {
        var sum = 0.0
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed: seed)
            let shuffled = FashionCandidates.rows.map(\.accuracy).shuffled(using: &random)
            let rows = zip(FashionCandidates.rows, shuffled).map { ($0.architecture, $0.score, $0.parameters, $1) }
            let blend = try #require(fit(rows))
            sum += try #require(spearman(blend.crossValidated, shuffled))
        }
        #expect(sum / 40 < 0.05)
    }

    @Test func tooFewOrConstantPairsAreNil() {
        #expect(fit(Array(FashionCandidates.rows.prefix(FittedBlend.minimumPairs - 1))) == nil)
        #expect(fit(FashionCandidates.rows.map { ($0.architecture, 1, $0.parameters, $0.accuracy) }) == nil)
        #expect(fit(FashionCandidates.rows.map { ($0.architecture, $0.score, .nan, $0.accuracy) }) == nil)
    }
}
