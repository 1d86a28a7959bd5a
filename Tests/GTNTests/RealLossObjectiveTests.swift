import Basics
import Foundation
import Testing

@testable import GTN

@Suite struct RealLossObjectiveTests {
    private static func window(_ objective: RealLossObjective, of steps: Int, _ random: inout SeededGenerator) -> Range<Int> {
        objective.learnerLoss(steps: steps, on: Fixtures.fashionMNIST, using: &random, device: .cpu).window
    }

    @Test func windowsCoverTheWholeTraining() {
        var random = SeededGenerator(seed: 1)
        var objective = RealLossObjective(metaBatch: 1)
        #expect(Self.window(objective, of: 9, &random) == 0..<9)
        objective.window = 3
        let drawn = (0..<200).map { _ in Self.window(objective, of: 9, &random) }
        #expect(drawn.allSatisfy { $0.count == 3 })
        #expect(Set(drawn.map(\.lowerBound)) == Set(0...6))
        objective.window = 9
        #expect(Self.window(objective, of: 9, &random) == 0..<9)
    }

    /// The trained learner has weight 1, the steps before it share `intermediate`, and the curriculum's own losses have weight 0.
    @Test func weighsTheLossesOnRealImages() throws {
        var random = SeededGenerator(seed: 1)
        let objective = RealLossObjective(metaBatch: 7, intermediate: 0.5)
        let loss = objective.learnerLoss(steps: 3, on: Fixtures.fashionMNIST, using: &random, device: .cpu).loss
        #expect(loss.weights == [0.25, 0.25, 1])
        #expect(loss.trainingWeights == [0, 0, 0])
        #expect(try #require(loss.batch).images.shape == [7, 1, 28, 28])
    }

    @Test func normalizesGradientsOnRequest() {
        let results = [
            LearnerResult(loss: 1, norms: [2, 0], accuracy: nil, besideLoss: nil),
            LearnerResult(loss: 4, norms: [0.5, 10], accuracy: nil, besideLoss: nil),
        ]
        let alike = RealLossObjective().combination(of: results)
        #expect(alike == GradientCombination(loss: 2.5, weights: [[0.5, 1], [2, 0.1]]))
        let asLong = RealLossObjective(normalizesGradients: false).combination(of: results)
        #expect(asLong == GradientCombination(loss: 2.5, weights: [[1, 1], [1, 1]]))
    }
}
