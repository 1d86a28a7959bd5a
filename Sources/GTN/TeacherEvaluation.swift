import Foundation
import Networks
import SearchSpace
import Tensors

/// What a teacher is worth: how well learners that it never saw do after training on its curriculum, beside the same learners with the
/// same initial parameters and number of steps on real data.
public struct TeacherEvaluation: Sendable {
    /// A constant rate and momentum for training on real data.
    public struct ConstantSchedule: Sendable, Hashable, Codable {
        public let learningRate: Double
        public let momentum: Double
    }

    public struct GridPoint: Sendable, Hashable, Codable {
        public let schedule: ConstantSchedule
        /// Mean accuracy of the first few learners on images of the `score` split.
        public let accuracy: Double
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
    }

    /// Rates and momenta tried for real data.
    public static let grid: [ConstantSchedule] = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0].flatMap { rate in
        [0.5, 0.9].map { ConstantSchedule(learningRate: rate, momentum: $0) }
    }
    /// Images of the `score` split that a point of the grid is judged on.
    static let gridImages = 1_000
    /// Learners that a point of the grid is tried on.
    static let gridLearners = 4

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

    /// Real images in the curriculum's shape, with given rates and momenta.
    public func realCurriculum(like curriculum: Curriculum, learningRate: Tensor? = nil, momentum: Tensor? = nil) -> Curriculum {
        var random = SeededGenerator(seed: SeededGenerator.seed(seed, 0x6ea1))
        let (images, labels) = task.evenBatches(steps: curriculum.steps, batch: curriculum.batch, using: &random, device: device)
        return Curriculum(
            images: images, labels: labels, learningRate: learningRate ?? curriculum.learningRate, momentum: momentum ?? curriculum.momentum)
    }

    private func constant(_ schedule: ConstantSchedule, like real: Curriculum) -> Curriculum {
        Curriculum(
            images: real.images, labels: real.labels,
            learningRate: Tensor.full(schedule.learningRate, [real.steps], device: device),
            momentum: Tensor.full(schedule.momentum, [real.steps], device: device))
    }

    /// Accuracy of every learner after each of several curricula, as [curriculum][learner].
    private func accuracies(_ curricula: [Curriculum], of networks: [Network], judge: Scorer.Judge) -> [[Double]] {
        let snapshots = curricula.map(\.snapshot)
        let flat = parallelMap(curricula.count * networks.count, workers: workers) { index in
            let network = index % networks.count
            let scorer = Scorer(task, snapshots[index / networks.count], calibrationIndices: calibrationIndices, device: device)
            return scorer.score(networks[network], seed: SeededGenerator.seed(seed, UInt64(network)), judge: judge)!.accuracy
        }
        return curricula.indices.map { Array(flat[$0 * networks.count..<($0 + 1) * networks.count]) }
    }

    /// The best constant schedule for real data, by images of the `score` split.
    public func searchGrid(like curriculum: Curriculum) -> (grid: [GridPoint], best: ConstantSchedule) {
        let real = realCurriculum(like: curriculum)
        let results = accuracies(
            Self.grid.map { constant($0, like: real) }, of: Array(networks.prefix(Self.gridLearners)), judge: .quick(Self.gridImages))
        let grid = zip(Self.grid, results).map { GridPoint(schedule: $0, accuracy: $1.mean) }
        return (grid, grid.max { $0.accuracy < $1.accuracy }!.schedule)
    }

    public func report(on curriculum: Curriculum) -> Report {
        let (grid, best) = searchGrid(like: curriculum)
        let real = realCurriculum(like: curriculum)
        let results = accuracies([curriculum, constant(best, like: real), real], of: networks, judge: .test)
        return Report(
            learnerAccuracies: results[0], realDataAccuracies: results[1], realDataLearnedScheduleAccuracies: results[2], grid: grid,
            best: best)
    }

    /// Seconds that `report` will take, from one measured training.
    public func estimatedSeconds(on curriculum: Curriculum) -> Double {
        let scorer = Scorer(task, curriculum.snapshot, calibrationIndices: calibrationIndices, device: device)
        // Two learners, for networks differ in cost.
        let some = Array(networks.prefix(2))
        let seconds = parallelMap(some.count, workers: workers) { scorer.score(some[$0], seed: seed, judge: .quick(Self.gridImages))!.seconds }
        // A judgment on the whole test part costs several on a few images.
        let trainings = Double(Self.grid.count * min(networks.count, Self.gridLearners) + networks.count * 3 * 3)
        return seconds.mean * trainings / Double(max(1, workers)) * 1.2
    }
}

extension [Double] {
    var mean: Double { reduce(0, +) / Double(count) }
}
