import Foundation
import SearchSpace
import Testing

@testable import GTN

@Suite struct RankingLossTests {
    private static let losses = [0.9, 1.3, 0.7, 1.1, 2.0]
    private static let accuracies = [0.91, 0.85, 0.88, 0.88, 0.80]
    private static let beside = [0.5, -1.2, 0.3, 0, 0.4]

    @Test func twoLearnersByHand() throws {
        // z = ∓1: log(1 + e⁻²) for the right order, log(1 + e²) for the wrong one.
        let right = try #require(RankingLoss(losses: [1, 2], accuracies: [0.9, 0.8]))
        let wrong = try #require(RankingLoss(losses: [2, 1], accuracies: [0.9, 0.8]))
        #expect(abs(right.value - log(1 + exp(-2.0))) < 1e-12)
        #expect(abs(wrong.value - log(1 + exp(2.0))) < 1e-12)
    }

    @Test func fiveLearnersWithATie() throws {
        // Computed by the formula in NumPy, with ranks by scipy.stats.rankdata.
        let loss = try #require(RankingLoss(losses: Self.losses, accuracies: Self.accuracies))
        #expect(abs(loss.value - 0.2756037403698058) < 1e-12)
        let together = try #require(RankingLoss(losses: Self.losses, accuracies: Self.accuracies, beside: Self.beside))
        #expect(abs(together.value - 0.5166247012189163) < 1e-12)
    }

    @Test(arguments: [nil, beside]) func gradientEqualsFiniteDifferences(_ beside: [Double]?) throws {
        let loss = try #require(RankingLoss(losses: Self.losses, accuracies: Self.accuracies, beside: beside))
        for index in Self.losses.indices {
            func value(_ change: Double) throws -> Double {
                var losses = Self.losses
                losses[index] += change
                return try #require(RankingLoss(losses: losses, accuracies: Self.accuracies, beside: beside)).value
            }
            let difference = try (value(1e-5) - value(-1e-5)) / 2e-5
            #expect(abs(loss.gradient[index] - difference) < 1e-8)
        }
    }

    @Test func scaleAndShiftChangeNothing() throws {
        let loss = try #require(RankingLoss(losses: Self.losses, accuracies: Self.accuracies))
        let other = try #require(RankingLoss(losses: Self.losses.map { 3 * $0 + 7 }, accuracies: Self.accuracies))
        #expect(abs(loss.value - other.value) < 1e-12)
        for (a, b) in zip(loss.gradient, other.gradient) { #expect(abs(a * loss.deviation - b * other.deviation) < 1e-12) }
    }

    /// b is the negative standardized logarithm of the number of parameters, because larger networks are expected to be better.
    @Test func parameterCountsRankTogetherWithTheLoss() throws {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space")
        let names = [
            "conv3x3.conv3x3,conv3x3.conv3x3,conv3x3,max3x3", "skip.avg3x3,none.skip,avg3x3,skip", "conv1x1.none,none.none,conv3x3,sep3x3",
        ]
        let pilot = try names.map { (architecture: try space.architecture($0), accuracy: 0.5) }
        var drawn: [Int: Double] = [:]
        for seed in UInt64(0)..<60 {
            let learner = PilotLearners(space, pilot, besideParameters: true).learner(seed: seed)
            let beside: Double = try #require(learner.besideLoss)
            drawn[learner.network.graph.cost.parameters] = beside
            #expect(PilotLearners(space, pilot).learner(seed: seed).besideLoss == nil)
        }
        let values = drawn.sorted { $0.key < $1.key }.map(\.value)
        #expect(values.count == 3 && values[0] > values[1] && values[1] > values[2])
        #expect(abs(values.reduce(0, +)) < 1e-12 && abs(values.reduce(0) { $0 + $1 * $1 } / 3 - 1) < 1e-12)
    }

    @Test func isNilWithoutAnOrder() {
        #expect(RankingLoss(losses: [1, 1], accuracies: [0.9, 0.8]) == nil)
        #expect(RankingLoss(losses: [1, 2], accuracies: [0.9, 0.9]) == nil)
    }
}
