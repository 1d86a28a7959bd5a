import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// The quality of a teacher: the accuracy of held-out learners after training on its curriculum. For comparison, the same learners train
/// on real data for the same number of steps, from the same initial parameters.
public struct TeacherEvaluation: Sendable {
    /// A constant learning rate and momentum for training on real data. The decay of a second moment keeps its initial value.
    public struct ConstantSchedule: Sendable, Hashable, Codable {
        public let learningRate: Double
        public let momentum: Double
    }

    public struct GridPoint: Sendable, Hashable, Codable {
        public let schedule: ConstantSchedule
        /// Mean accuracy of the first few learners on images of the `score` split.
        public let accuracy: Double
    }

    /// The result of the grid search on real data.
    public struct GridSearch: Sendable {
        public let points: [GridPoint]
        public let best: ConstantSchedule
    }

    public struct Report: Sendable {
        /// Test accuracy of each learner after the curriculum.
        public let learnerAccuracies: [Double]
        /// Test accuracy of each learner after the same number of steps on real data, with the best schedule of the grid.
        public let realDataAccuracies: [Double]
        /// Test accuracy of each learner on real data, with the teacher's learned rates and momenta.
        public let realDataLearnedScheduleAccuracies: [Double]
        public let grid: [GridPoint]
        public let best: ConstantSchedule

        /// Accuracy after the curriculum minus accuracy on real data, for each learner from the same initial parameters.
        public var advantages: [Double] { advantages(of: learnerAccuracies) }

        /// Returns the advantages for other accuracies of these learners.
        public func advantages(of accuracies: [Double]) -> [Double] { zip(accuracies, realDataAccuracies).map { $0 - $1 } }
    }

    /// Returns the grid of learning rates and momenta for real data.
    public static func grid(_ optimizer: InnerOptimizer) -> [ConstantSchedule] {
        let rates = optimizer == .sgd ? [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0] : [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
        return rates.flatMap { rate in [0.5, 0.9].map { ConstantSchedule(learningRate: rate, momentum: $0) } }
    }
    /// Images of the `score` split that evaluate a point of the grid.
    static let gridImages = 1_000
    /// Learners that evaluate a point of the grid.
    static let gridLearners = 4
    /// Safety factor for the estimated time of a comparison, because a shared machine can slow down at any moment.
    static let caution = 2.0
    /// Minimum number of learners of a comparison.
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

    /// Returns real images in the curriculum's shape, with its learning rates and momenta.
    public func realCurriculum(like curriculum: Curriculum) -> Curriculum {
        var real = curriculum
        (real.images, real.labels) = realBatches(steps: curriculum.steps, batch: curriculum.batch)
        return real
    }

    /// Returns real images for this number of steps. The first steps do not depend on the number.
    func realBatches(steps: Int, batch: Int) -> (images: Tensor, labels: Tensor) {
        var random = SeedStream.realBatches.generator(seed)
        return task.evenBatches(steps: steps, batch: batch, using: &random, device: device)
    }

    func constant(_ schedule: ConstantSchedule, like real: Curriculum) -> Curriculum {
        real.constant(InitialSchedule(learningRate: schedule.learningRate, momentum: schedule.momentum, optimizer: real.optimizer))
    }

    /// Returns the accuracy of every learner after each of several curricula, as [learner][curriculum]; nil for an interrupted learner.
    func accuracies(
        _ curricula: [Curriculum], of networks: [Network], split: EvaluationSplit, shouldStop: @escaping @Sendable () -> Bool
    ) -> [[Double]?] {
        let snapshots = curricula.map(\.snapshot)
        // All trainings of a learner run in sequence, so if time runs out, complete learners can still be compared.
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

    /// Returns the best constant schedule for real data, selected on images of the `score` split; nil if interrupted.
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

    /// Returns the mean accuracy of the first few learners after each of several curricula, on images of the `score` split; nil if
    /// interrupted.
    func gridAccuracies(_ curricula: [Curriculum], _ shouldStop: @escaping @Sendable () -> Bool) -> [Double]? {
        let results = accuracies(
            curricula, of: Array(networks.prefix(Self.gridLearners)), split: .quick(Self.gridImages), shouldStop: shouldStop)
        let complete = results.compactMap { $0 }
        guard !complete.isEmpty, complete.count == results.count else { return nil }
        return curricula.indices.map { curriculum in complete.map { $0[curriculum] }.mean }
    }

    /// Compares the learners that were complete when `shouldStop` returned true; nil if fewer than `fewestLearners` were.
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

    /// Returns the estimated seconds of grid search and report with the first 1, 2, … learners, from one training and evaluation of two
    /// learners on each split.
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

    /// Returns this comparison restricted to the first learners.
    func limited(to learners: Int) -> TeacherEvaluation {
        TeacherEvaluation(
            task, Array(networks.prefix(learners)), seed: seed, workers: workers, calibrationIndices: calibrationIndices, device: device)
    }
}

extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }
}
