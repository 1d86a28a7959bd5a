import Networks
import SearchSpace
import Tensors
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
        settings.metaBatch = 64
        settings.learningRate = 0.06
        settings.intermediate = intermediate
        return MetaTraining(
            DistilledTeacher(
                images: images, labels: labels, directions: task.principalDirections(using: &random),
                schedule: InitialSchedule(learningRate: 0.3, momentum: 0.8, decay: 0)), task: task,
            learners: SpaceLearners(space, randomSettings: false), settings: settings, seed: seed, workers: workers)
    }

    @Test func doesNotDependOnTheWorkers() throws {
        func values(_ workers: Int) throws -> [[UInt8]] {
            var training = try Self.training(workers: workers, learners: 3)
            for step in 0..<2 { _ = training.step(progress: Double(step) / 2) }
            return training.values.map(\.bytes)
        }
        #expect(try values(1) == values(2))
    }

    @Test func lowersTheLossOnRealImages() throws {
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

    @Test func excludedArchitecturesAreNeverDrawn() throws {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space")
        let free = SpaceLearners(space, randomSettings: false)
        let graph = free.learner(seed: 5).network.graph
        var random = SeededGenerator(seed: 5)
        let drawn = space.sample(using: &random)
        #expect(space.canonicalGraph(of: drawn) == graph)
        #expect(SpaceLearners(space, excluded: [space.hash(of: drawn)], randomSettings: false).learner(seed: 5).network.graph != graph)
    }

    @Test func widthsVaryWhereTheSpaceNamesThem() throws {
        let space = try SearchSpace.load(path: Fixtures.root + "/SearchSpaces/fashion.space")
        func widths(_ learners: SpaceLearners) -> Set<Int> {
            Set((0..<20).map { seed in
                learners.learner(seed: seed).network.graph.nodes.first { if case .convolution = $0.layer { true } else { false } }!.output.channels
            })
        }
        #expect(widths(SpaceLearners(space, randomSettings: false)).count == 1)
        #expect(widths(SpaceLearners(space)).count > 1)
    }
}
