import Basics
import Networks
import SearchSpace
import Synchronization
import Tensors
import Testing

@testable import GTN

@Suite struct TeacherEvaluationTests {
    private static let task = Fixtures.fashionMNIST

    private static func evaluation(learners: Int, workers: Int = 2) throws -> TeacherEvaluation {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "4")])
        let networks = try Fixtures.fashionCells.prefix(learners).map { Network(space.canonicalGraph(of: try space.architecture($0))) }
        return TeacherEvaluation(
            task, networks, seed: 3, workers: workers, calibrationIndices: task.splits.calibrationIndices, device: .cpu)
    }

    private static func curriculum() -> Curriculum {
        var random = SeededGenerator(seed: 1)
        let (images, labels) = task.evenBatches(steps: 2, batch: 20, using: &random)
        return RealTeacher(images: images, labels: labels, schedule: InitialSchedule(learningRate: 0.3, momentum: 0.8)).curriculum(
            [], draw: 0)
    }

    @Test func theBestGridPointHasTheHighestAccuracy() throws {
        let grid = try #require(Self.evaluation(learners: 2).searchGrid(like: Self.curriculum()))
        #expect(grid.points.map(\.schedule) == TeacherEvaluation.grid(.sgd))
        let best = grid.points.map(\.accuracy).max()
        #expect(grid.points.first { $0.accuracy == best }?.schedule == grid.best)
    }

    @Test func comparesLearnerByLearner() throws {
        let evaluation = try Self.evaluation(learners: 3)
        let grid = try #require(evaluation.searchGrid(like: Self.curriculum()))
        let report = try #require(evaluation.report(on: Self.curriculum(), grid))
        #expect(report.learnerAccuracies.count == 3)
        #expect(report.advantages == (0..<3).map { report.learnerAccuracies[$0] - report.realDataAccuracies[$0] })
        // With a constant schedule, real data with the learned schedule equals real data with that schedule.
        let constant = TeacherEvaluation.GridSearch(points: [], best: .init(learningRate: 0.3, momentum: 0.8))
        let same = try #require(evaluation.report(on: Self.curriculum(), constant))
        #expect(same.realDataAccuracies == same.realDataLearnedScheduleAccuracies)
        #expect(same.learnerAccuracies == report.learnerAccuracies)
    }

    @Test func keepsCompleteLearnersWhenInterrupted() throws {
        let evaluation = try Self.evaluation(learners: 3, workers: 1)
        let grid = try #require(evaluation.searchGrid(like: Self.curriculum()))
        let whole = try #require(evaluation.report(on: Self.curriculum(), grid))
        // One worker asks twice in a training and twice in an evaluation on 500 images. Each of a learner's 3 trainings therefore takes 4
        // questions.
        func report(questions: Int) -> TeacherEvaluation.Report? {
            let limit = QuestionLimit(questions)
            return evaluation.report(on: Self.curriculum(), grid) { limit.isReached }
        }
        let partial = try #require(report(questions: 30))
        #expect(partial.learnerAccuracies == Array(whole.learnerAccuracies.prefix(2)))
        #expect(partial.realDataAccuracies == Array(whole.realDataAccuracies.prefix(2)))
        #expect(report(questions: 20) == nil)
    }

    @Test func anInterruptedGridSelectsNothing() throws {
        #expect(try Self.evaluation(learners: 2).searchGrid(like: Self.curriculum(), shouldStop: { true }) == nil)
    }

    @Test func ratesAreScaledByTheBestFactor() throws {
        let evaluation = try Self.evaluation(learners: 2)
        let scaled = try #require(evaluation.scaledRates(of: Self.curriculum()))
        #expect(scaled.points.map(\.factor) == TeacherEvaluation.rateFactors)
        #expect(scaled.points.max { $0.accuracy < $1.accuracy }?.factor == scaled.best)
        // The schedule is constant and factors are powers of two, so scaling gives exactly another constant schedule.
        let constant = evaluation.constant(.init(learningRate: 0.3 * scaled.best, momentum: 0.8), like: Self.curriculum())
        #expect(scaled.accuracies == evaluation.testAccuracies([constant]) { false }?[0])
        #expect(try Self.evaluation(learners: 2).scaledRates(of: Self.curriculum(), shouldStop: { true }) == nil)
    }

    @Test func scalingChangesOnlyLearningRates() {
        let curriculum = Self.curriculum()
        let scaled = curriculum.withRates(times: 0.25)
        #expect(zip(scaled.learningRate.doubles, curriculum.learningRate.doubles).allSatisfy { $0 == $1 / 4 })
        #expect(scaled.images.doubles == curriculum.images.doubles)
        #expect(scaled.labels.doubles == curriculum.labels.doubles)
        #expect(scaled.momentum.doubles == curriculum.momentum.doubles)
    }

    @Test func estimatesGrowWithTheLearners() throws {
        let estimates = try Self.evaluation(learners: 3).estimatedSeconds(on: Self.curriculum())
        #expect(estimates.count == 3)
        #expect(estimates[0] > 0 && estimates[1] > estimates[0] && estimates[2] > estimates[1])
    }
}

/// A limit that returns true after this many questions.
private final class QuestionLimit: Sendable {
    private let left: Atomic<Int>

    init(_ questions: Int) { left = Atomic(questions) }

    var isReached: Bool { left.subtract(1, ordering: .relaxed).newValue < 0 }
}
