import Basics
import Testing

@testable import GTN

@Suite struct RankingObjectiveTests {
    private static func results(_ losses: [Double], _ accuracies: [Double], norms: [Double]? = nil) -> [LearnerResult] {
        losses.indices.map {
            LearnerResult(loss: losses[$0], norms: [norms?[$0] ?? 1, 0], accuracy: accuracies[$0], besideLoss: nil)
        }
    }

    /// The loss is the mean of the curriculum's last losses, and only they carry a gradient. No real image takes part.
    @Test func onlyTheLastStepsCount() {
        var random = SeededGenerator(seed: 1)
        let asked = RankingObjective(lastSteps: 2).learnerLoss(steps: 5, on: Fixtures.fashionMNIST, using: &random, device: .cpu)
        #expect(asked.window == 3..<5)
        #expect(asked.loss.trainingWeights == [0, 0, 0, 0.5, 0.5])
        #expect(asked.loss.weights == [0, 0, 0, 0, 0])
        #expect(asked.loss.batch == nil)
    }

    /// The better learner's loss must fall and the worse one's must rise. A part without a gradient has weight zero.
    @Test func weightsAreTheGradientOfTheRankingLoss() throws {
        let combination = RankingObjective(lastSteps: 1).combination(of: Self.results([2, 1, 1.5], [0.9, 0.8, 0.7]))
        let loss = try #require(RankingLoss(losses: [2, 1, 1.5], accuracies: [0.9, 0.8, 0.7]))
        #expect(combination.loss == loss.value)
        let weights = try #require(combination.weights)
        #expect(weights[0][0] > 0)
        for index in weights.indices {
            #expect(abs(weights[index][0] - loss.gradient[index] * loss.deviation * 3) < 1e-12)
            #expect(weights[index][1] == 0)
        }
    }

    /// Gradients keep their relative lengths, up to three times the median.
    @Test func outliersAreCut() throws {
        func weights(_ norms: [Double]) throws -> [Double] {
            let results = Self.results([2, 1, 1.5], [0.9, 0.8, 0.7], norms: norms)
            return try #require(RankingObjective(lastSteps: 1).combination(of: results).weights).map { $0[0] }
        }
        let (plain, long) = try (weights([2, 2, 2]), weights([2, 2, 60]))
        #expect(abs(long[0] - plain[0]) < 1e-12)
        #expect(abs(long[2] - plain[2] / 10) < 1e-12)
    }

    @Test func equalAccuraciesMakeNoStep() {
        let combination = RankingObjective(lastSteps: 1).combination(of: Self.results([2, 1], [0.9, 0.9]))
        #expect(combination == GradientCombination(loss: 1.5, weights: nil))
    }
}
