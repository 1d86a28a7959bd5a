import Basics
import Networks
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct ScoringTests {
    private static let task = Fixtures.fashionMNIST

    private static func network() throws -> Network {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "8")])
        return Network(space.canonicalGraph(of: try space.architecture("conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3")))
    }

    private static func realCurriculum(steps: Int) -> Curriculum.Snapshot {
        var random = SeededGenerator(seed: 1)
        let (images, labels) = task.evenBatches(steps: steps, batch: 50, using: &random)
        return RealTeacher(images: images, labels: labels, schedule: InitialSchedule(learningRate: 0.3, momentum: 0.8)).curriculum(
            [], draw: 0
        ).snapshot
    }

    /// Plain batch norm must work: its evaluation statistics come from calibration images. A few steps on real images then lift a learner
    /// well above chance (0.1).
    @Test func aFewStepsTeachALearnerWithBatchNorm() throws {
        let scorer = Scorer(Self.task, Self.realCurriculum(steps: 12), calibrationIndices: Self.task.splits.calibrationIndices)
        let result = try #require(try scorer.score(Self.network(), seed: 1))
        #expect(result.accuracy > 0.4)
        #expect(result.score == -result.loss)
        #expect(result.stepLosses.count == 12)
        #expect(result.stepLosses.last! < result.stepLosses.first!)
    }

    @Test func theSeedDeterminesTheResult() throws {
        let scorer = Scorer(Self.task, Self.realCurriculum(steps: 3), calibrationIndices: Self.task.splits.calibrationIndices)
        let (a, b, c) = try (
            scorer.score(Self.network(), seed: 1), scorer.score(Self.network(), seed: 1), scorer.score(Self.network(), seed: 2)
        )
        #expect(a?.loss == b?.loss)
        #expect(a?.loss != c?.loss)
    }

    @Test func stopsOnRequest() throws {
        let scorer = Scorer(Self.task, Self.realCurriculum(steps: 3), calibrationIndices: Self.task.splits.calibrationIndices)
        #expect(try scorer.score(Self.network(), seed: 1, shouldStop: { true }) == nil)
    }

    @Test func realTrainingLearns() throws {
        let training = RealTraining(Self.task)
        let result = try #require(try training.train(Self.network(), epochs: 4, on: Self.task.splits.train, seed: 1))
        #expect(result.accuracy > 0.6)
        #expect(result.epochLosses.count == 4)
        #expect(result.epochLosses[3] < result.epochLosses[0])
        #expect(try training.train(Self.network(), epochs: 1, on: Self.task.splits.train, seed: 1, shouldStop: { true }) == nil)
    }

    @Test func theOneCycleRateRisesAndFalls() {
        let training = RealTraining(Self.task)
        #expect(training.rate(at: 0) == 0)
        #expect(abs(training.rate(at: 0.1) - 0.05) < 1e-12)
        #expect(abs(training.rate(at: 0.2) - 0.1) < 1e-12)
        #expect(abs(training.rate(at: 0.6) - 0.05) < 1e-12)
    }
}
