import Testing

@testable import GTN

/// Scores of two passes of three steps.
struct ScoreCriterionTests {
    private static let losses = [2.5, 2.0, 1.5, 1.0, 0.5, 0.75]

    @Test(
        arguments: zip(
            ScoreCriterion.allCases,
            // −loss; accuracy; −(1 + 0.5 + 0.75) / 3; −8.25 / 6.
            [-1.25, 0.625, -0.75, -1.375]
        )) func scoresByHand(_ criterion: ScoreCriterion, _ expected: Double)
    {
        #expect(criterion.score(accuracy: 0.625, loss: 1.25, stepLosses: Self.losses, pass: 3) == expected)
    }

    @Test func divergedTrainingsRankLast() {
        for criterion in ScoreCriterion.allCases where criterion != .accuracy {
            #expect(criterion.score(accuracy: 0.1, loss: .nan, stepLosses: [1, .nan], pass: 1) == -Scorer.divergedLoss)
            #expect(criterion.score(accuracy: 0.1, loss: .infinity, stepLosses: [1, .infinity], pass: 1) == -Scorer.divergedLoss)
            #expect(criterion.score(accuracy: 0.1, loss: 1e9, stepLosses: [1, 1e9], pass: 1) == -Scorer.divergedLoss)
        }
    }

    /// A prefix of a curriculum can be shorter than a pass; then all of its steps count.
    @Test func aPassMayExceedTheTraining() {
        #expect(ScoreCriterion.trainingLoss.score(accuracy: 0, loss: 0, stepLosses: [2, 1], pass: 16) == -1.5)
    }
}
