import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// The quality of a teacher: the accuracy of learners that it never saw after training on its curriculum, beside that of the same learners
/// with the same initial parameters and number of steps on real data.
public struct TeacherEvaluation: Sendable {
    /// A constant rate and momentum for training on real data. The decay of a second moment has its initial value.
    public struct ConstantSchedule: Sendable, Hashable, Codable {
        public let learningRate: Double
        public let momentum: Double
    }

    public struct GridPoint: Sendable, Hashable, Codable {
        public let schedule: ConstantSchedule
        /// Mean accuracy of the first few learners on images of the `score` split.
        public let accuracy: Double
    }

    /// The result of the grid for real data.
    public struct GridSearch: Sendable {
        public let points: [GridPoint]
        public let best: ConstantSchedule
    }

    public struct Report: Sendable {
        /// Accuracy of each learner on the test part after the curriculum.
        public let learnerAccuracies: [Double]
        /// The same after as many steps on real data, at the best point of the grid.
        public let realDataAccuracies: [Double]
        /// The same on real data with the teacher's learned rates and momenta.
        public let realDataLearnedScheduleAccuracies: [Double]
        public let grid: [GridPoint]
        public let best: ConstantSchedule

        /// Accuracy after the curriculum less that on real data, learner by learner from the same initial parameters.
        public var advantages: [Double] { advantages(of: learnerAccuracies) }

        /// The same of other accuracies of these learners.
        public func advantages(of accuracies: [Double]) -> [Double] { zip(accuracies, realDataAccuracies).map { $0 - $1 } }
    }

    /// Rates and momenta tried for real data.
    public static func grid(_ optimizer: InnerOptimizer) -> [ConstantSchedule] {
        let rates = optimizer == .sgd ? [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0] : [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
        return rates.flatMap { rate in [0.5, 0.9].map { ConstantSchedule(learningRate: rate, momentum: $0) } }
    }
    /// Images of the `score` split that a point of the grid is evaluated on.
    static let gridImages = 1_000
    /// Learners that a point of the grid is tried on.
    static let gridLearners = 4
    /// Multiple of its estimate that a comparison may take: a shared machine can slow down at any moment.
    static let caution = 2.0
    /// Learners without which a comparison says nothing.
    static let fewestLearners = 2

    public let task: LearningTask
    public let networks: [Network]
    public let seed: UInt64
    public let workers: Int
    public let calibrationIndices: [Int]
    public let device: Device

    public init(_ task: LearningTask, _ networks: [Network], seed: UInt64, workers: Int, calibrationIndices: [Int], device: Device) {
        self.task = task
        self.networks = networks
        self.seed = seed
        self.workers = workers
        self.calibrationIndices = calibrationIndices
        self.device = device
    }

    /// Real images in the curriculum's shape, with its rates and momenta.
    public func realCurriculum(like curriculum: Curriculum) -> Curriculum {
        var real = curriculum
        (real.images, real.labels) = realBatches(steps: curriculum.steps, batch: curriculum.batch)
        return real
    }

    /// Real images for so many steps: more steps begin with those of fewer.
    func realBatches(steps: Int, batch: Int) -> (images: Tensor, labels: Tensor) {
        var random = SeedStream.realBatches.generator(seed)
        return task.evenBatches(steps: steps, batch: batch, using: &random, device: device)
    }

    func constant(_ schedule: ConstantSchedule, like real: Curriculum) -> Curriculum {
        real.constant(InitialSchedule(learningRate: schedule.learningRate, momentum: schedule.momentum, optimizer: real.optimizer))
    }

    /// Accuracy of every learner after each of several curricula, as [learner][curriculum]; nil for a learner that was stopped.
    func accuracies(
        _ curricula: [Curriculum], of networks: [Network], split: EvaluationSplit, shouldStop: @escaping @Sendable () -> Bool
    ) -> [[Double]?] {
        let snapshots = curricula.map(\.snapshot)
        // A learner's trainings one after the other: if time runs out, those that are complete can still be compared.
        let flat = parallelMap(networks.count * curricula.count, workers: workers) { index in
            let network = index / snapshots.count
            let scorer = Scorer(task, snapshots[index % snapshots.count], calibrationIndices: calibrationIndices, device: device)
            return scorer.score(
                networks[network], seed: SeedStream.numbered.seed(seed, UInt64(network)), split: split, shouldStop: shouldStop)?.accuracy
        }
        return networks.indices.map { network in
            let own = flat[network * snapshots.count..<(network + 1) * snapshots.count].compactMap { $0 }
            return own.count == snapshots.count ? own : nil
        }
    }

    /// The best constant schedule for real data, by images of the `score` split; nil when it was stopped.
    public func searchGrid(
        like curriculum: Curriculum, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> GridSearch? {
        searchGrid(realCurriculum(like: curriculum), shouldStop)
    }

    func searchGrid(_ real: Curriculum, _ shouldStop: @escaping @Sendable () -> Bool) -> GridSearch? {
        let grid = Self.grid(real.optimizer)
        guard let found = gridAccuracies(grid.map { constant($0, like: real) }, shouldStop) else { return nil }
        let points = zip(grid, found).map { GridPoint(schedule: $0, accuracy: $1) }
        return GridSearch(points: points, best: points.max { $0.accuracy < $1.accuracy }!.schedule)
    }

    /// Mean accuracy of the first few learners after each of several curricula, on images of the `score` split; nil when it was stopped.
    func gridAccuracies(_ curricula: [Curriculum], _ shouldStop: @escaping @Sendable () -> Bool) -> [Double]? {
        let results = accuracies(
            curricula, of: Array(networks.prefix(Self.gridLearners)), split: .quick(Self.gridImages), shouldStop: shouldStop)
        let complete = results.compactMap { $0 }
        guard !complete.isEmpty, complete.count == results.count else { return nil }
        return curricula.indices.map { curriculum in complete.map { $0[curriculum] }.mean }
    }

    /// The comparison of the learners that were complete when `shouldStop` said so; nil when there are fewer than `fewestLearners`.
    public func report(
        on curriculum: Curriculum, _ grid: GridSearch, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> Report? {
        let real = realCurriculum(like: curriculum)
        let results = accuracies([curriculum, constant(grid.best, like: real), real], of: networks, split: .test, shouldStop: shouldStop)
        let complete = results.compactMap { $0 }
        guard complete.count >= Self.fewestLearners else { return nil }
        return Report(
            learnerAccuracies: complete.map { $0[0] }, realDataAccuracies: complete.map { $0[1] },
            realDataLearnedScheduleAccuracies: complete.map { $0[2] }, grid: grid.points, best: grid.best)
    }

    /// Seconds that grid and report will take with the first 1, 2, … of the learners, from a training of each of two, evaluated both ways.
    public func estimatedSeconds(on curriculum: Curriculum) -> [Double] {
        let scorer = Scorer(task, curriculum.snapshot, calibrationIndices: calibrationIndices, device: device)
        let some = Array(networks.prefix(2))
        func seconds(_ split: EvaluationSplit) -> Double {
            parallelMap(some.count, workers: workers) { scorer.score(some[$0], seed: seed, split: split)!.seconds }.mean
        }
        let (ofGrid, ofReport) = (seconds(.quick(Self.gridImages)), seconds(.test))
        return networks.indices.map { index in
            let learners = index + 1
            let all =
                Double(Self.grid(curriculum.optimizer).count * min(learners, Self.gridLearners)) * ofGrid + Double(3 * learners) * ofReport
            return all / Double(max(1, workers)) * Self.caution
        }
    }

    /// The same comparison with the first learners alone.
    func limited(to learners: Int) -> TeacherEvaluation {
        TeacherEvaluation(
            task, Array(networks.prefix(learners)), seed: seed, workers: workers, calibrationIndices: calibrationIndices, device: device)
    }
}

extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }
}
