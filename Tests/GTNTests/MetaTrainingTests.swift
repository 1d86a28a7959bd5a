import Basics
import Networks
import SearchSpace
import Tensors
import TestSupport
import Testing

@testable import GTN

@Suite struct MetaTrainingTests {
    private static func training(workers: Int, seed: UInt64 = 1, learners: Int = 2, intermediate: Double = 0) throws -> MetaTraining {
        let task = Fixtures.fashionMNIST
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "8")])
        var random = SeededGenerator(seed: 3)
        let (images, labels) = task.evenBatches(steps: 8, batch: 20, using: &random)
        var settings = MetaTraining.Settings()
        settings.learners = learners
        settings.learningRate = 0.06
        return MetaTraining(
            DistilledTeacher(
                images: images, labels: labels, directions: task.principalDirections(using: &random),
                schedule: InitialSchedule(learningRate: 0.3, momentum: 0.8, decay: 0)), task: task,
            learners: SpaceLearners(space, randomSettings: false),
            objective: RealLossObjective(metaBatch: 64, intermediate: intermediate), settings: settings, seed: seed, workers: workers)
    }

    @Test func doesNotDependOnTheWorkers() throws {
        func values(_ workers: Int) throws -> [[UInt8]] {
            var training = try Self.training(workers: workers, learners: 3)
            for step in 0..<2 { _ = training.step(progress: Double(step) / 2) }
            return training.values.map(\.bytes)
        }
        #expect(try values(1) == values(2))
    }

    @Test(.slow) func lowersTheLossOnRealImages() throws {
        var training = try Self.training(workers: 2)
        let losses = (0..<30).compactMap { training.step(progress: Double($0) / 30)?.loss }
        let (first, last) = (losses.prefix(6).reduce(0, +), losses.suffix(6).reduce(0, +))
        #expect(last < first - 0.6)
        #expect(training.diverged == 0)
    }

    @Test func stoppingChangesNothing() throws {
        var training = try Self.training(workers: 2)
        let before = training.values.map(\.bytes)
        #expect(training.step(progress: 0, shouldStop: { true }) == nil)
        #expect(training.values.map(\.bytes) == before)
        #expect(training.stepsMade == 0)
    }

    /// Six cells of fashion.space with their accuracies in Results/rankings/fashion-claims-truth.json
    /// (ten epochs of 20,000 images, mean of two).
    private static let pilot = [
        ("none.none,avg3x3.skip,sep3x3,avg3x3", 0.8022),
        ("avg3x3.max3x3,max3x3.none,avg3x3,conv1x1", 0.8506),
        ("sep3x3.max3x3,skip.max3x3,sep3x3,avg3x3", 0.8616),
        ("max3x3.conv1x1,none.max3x3,conv3x3,skip", 0.8726),
        ("sep3x3.conv1x1,none.max3x3,conv3x3,skip", 0.8765),
        ("conv3x3.sep3x3,conv3x3.max3x3,max3x3,conv3x3", 0.8911),
    ]

    private static func ranking(workers: Int, besideParameters: Bool = false) throws -> MetaTraining {
        let task = Fixtures.fashionMNIST
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space").with(settings: [("channels", "4")])
        var random = SeededGenerator(seed: 3)
        let (images, labels) = task.evenBatches(steps: 4, batch: 16, using: &random)
        var settings = MetaTraining.Settings()
        settings.learners = 6
        settings.learningRate = 0.04
        let pilot = try pilot.map { (architecture: try space.architecture($0.0), accuracy: $0.1) }
        return MetaTraining(
            DistilledTeacher(
                images: images, labels: labels, directions: task.principalDirections(using: &random), epochs: 2,
                schedule: RankingObjective.Configuration.schedule),
            task: task, learners: PilotLearners(space, pilot, besideParameters: besideParameters),
            objective: RankingObjective(lastSteps: 4), settings: settings, seed: 1, workers: workers)
    }

    @Test func rankingDoesNotDependOnTheWorkers() throws {
        func values(_ workers: Int) throws -> [[UInt8]] {
            var training = try Self.ranking(workers: workers)
            for step in 0..<2 { _ = training.step(progress: Double(step) / 2) }
            return training.values.map(\.bytes)
        }
        #expect(try values(1) == values(2))
    }

    @Test func parameterCountsAffectTheRanking() throws {
        func values(_ besideParameters: Bool) throws -> [[UInt8]] {
            var training = try Self.ranking(workers: 2, besideParameters: besideParameters)
            _ = training.step(progress: 0)
            return training.values.map(\.bytes)
        }
        #expect(try values(true) != values(false))
    }

    /// After meta-training, fresh networks of the pilot fit the images in the order of their accuracies.
    @Test(.slow) func learnsToRank() throws {
        var training = try Self.ranking(workers: 2)
        func loss() throws -> Double {
            let curriculum = training.curriculum
            let losses = (0..<4).map { repetition in
                (0..<36).map { index -> (loss: Double, accuracy: Double) in
                    let learner = training.learners.learner(seed: UInt64(1_000 * (repetition + 1) + index))
                    let trained = InnerLoop(learner.network).train(learner.initialParameters(), on: curriculum)
                    return (trained.losses.suffix(4).reduce(0, +) / 4, learner.accuracy!)
                }
            }
            let values = try losses.map { try #require(RankingLoss(losses: $0.map(\.loss), accuracies: $0.map(\.accuracy))).value }
            return values.reduce(0, +) / 4
        }
        let before = try loss()
        for step in 0..<40 { _ = training.step(progress: Double(step) / 40) }
        let after = try loss()
        #expect(after < before - 0.05, "\(before) \(after)")
    }

    @Test func excludedArchitecturesAreNeverDrawn() throws {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space")
        let free = SpaceLearners(space, randomSettings: false)
        let graph = free.learner(seed: 5).network.graph
        var random = SeededGenerator(seed: 5)
        let drawn = space.sample(using: &random)
        #expect(space.canonicalGraph(of: drawn) == graph)
        #expect(SpaceLearners(space, excluded: [space.hash(of: drawn)], randomSettings: false).learner(seed: 5).network.graph != graph)
    }

    @Test func widthsVaryIfTheSpaceDeclaresThem() throws {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space")
        func widths(_ learners: SpaceLearners) -> Set<Int> {
            Set(
                (0..<20).map { seed in
                    learners.learner(seed: seed).network.graph.nodes.first { if case .convolution = $0.layer { true } else { false } }!
                        .output.channels
                })
        }
        #expect(widths(SpaceLearners(space, randomSettings: false)).count == 1)
        #expect(widths(SpaceLearners(space)).count > 1)
    }
}
