import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// A robustness study: how few images make trained networks mistake one class for another (Wang et al., "Dataset Distillation", 2018,
/// sections 3.5 and 4). All attacked networks are trained here.
///
/// The job learns K images with true labels. One gradient step on them makes networks of a population classify class A as class B and
/// leaves the other classes intact. They are evaluated on held-out networks and compared with the same step on K ordinary images.
public struct Poisoning: TrainingJob {
    public struct Configuration: Sendable {
        /// K, the number of learned images.
        public var images = 100
        public var bound: MetaTraining.Bound
        /// Maximum number of trained networks that the images are learned on; a time budget may allow fewer.
        public var population = 40
        /// Number of held-out trained networks that evaluate the images.
        public var heldOut = 10
        /// Training epochs of each network.
        public var epochs = 3
        public var imagesPerEpoch = 20_000
        public var recipe = RealTraining.Recipe()
        /// Share of a time budget for training all networks. The held-out networks may use a third of it.
        public var populationShare = 0.5
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation while no network trains. Their number affects the last digits of the results.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        public var schedule = InitialSchedule(learningRate: 0.02, momentum: 0, decay: 0)
        public var metaTraining = MetaTraining.Settings()
        public var objective: MistakeObjective

        public var mistake: Mistake { objective.mistake }

        public init(_ mistake: Mistake, bound: MetaTraining.Bound) {
            objective = MistakeObjective(mistake)
            self.bound = bound
            recipe.peakRate = 0.05
            metaTraining.learningRate = 0.04
            metaTraining.learners = 4
        }
    }

    public enum Event: Sendable {
        case network(trained: Int, of: Int)
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case evaluating
    }

    /// Confusion matrices of the held-out networks.
    public struct Confusions: Sendable {
        public let before: [ConfusionMatrix]
        /// Matrices after one step on the learned images.
        public let after: [ConfusionMatrix]
        /// Matrices after the same step on the same number of ordinary images.
        public let afterOrdinary: [ConfusionMatrix]
    }

    public struct Outcome: Sendable {
        /// The learned images, as a curriculum of one step.
        public let file: TeacherFile
        /// The evaluation; nil if the job was cancelled before it.
        public let confusions: Confusions?
        /// Number of networks that the images were learned on.
        public let population: Int
        public let diverged: Int
        public let history: [MetaTraining.Record]
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    public let space: SearchSpace
    public let architecture: Architecture
    public let configuration: Configuration
    /// The file that stores trained networks, and restores them when a run resumes.
    public let networks: CheckpointFile?

    public init(
        _ task: LearningTask, _ space: SearchSpace, _ architecture: Architecture, _ configuration: Configuration,
        networks: CheckpointFile? = nil
    ) {
        self.task = task
        self.space = space
        self.architecture = architecture
        self.configuration = configuration
        self.networks = networks
    }

    public var threads: Int { configuration.threads }
    public var budget: Double? { configuration.bound.budget }
    public var furtherFiles: [CheckpointFile] { networks.map { [$0] } ?? [] }
    public var identity: JobIdentity {
        let defaults = Configuration(configuration.mistake, bound: .metaSteps(0))
        return JobIdentity(of: "poisoning", configuration, defaults: defaults, task, space, architecture)
    }

    /// Learns the images. If cancelled, returns their current state.
    public func outcome(of job: JobRun<Event>) throws -> Outcome {
        let clock = job.clock
        let network = Network(space.canonicalGraph(of: architecture), normKind: configuration.normKind)
        var known = try earlierNetworks(network)
        // The held-out networks come first, because the images cannot be evaluated without them.
        let heldOut = try trained(network, 0..<configuration.heldOut, &known, job, share: configuration.populationShare / 3)
        let population = try trained(
            network, configuration.heldOut..<configuration.heldOut + configuration.population, &known, job,
            share: configuration.populationShare)

        let beforeEvaluation = clock.seconds
        let before = job.cancelled() ? [] : confusions(of: heldOut, after: nil, job)
        let reserve = 2 * (clock.seconds - beforeEvaluation) * Self.caution
        let (teacher, ordinary) = images()
        var training = MetaTraining(
            teacher, task: task, learners: Population(learners: population), objective: configuration.objective,
            settings: configuration.metaTraining,
            seed: SeedStream.poisoning.seed(configuration.seed), workers: configuration.workers, device: configuration.device)
        if !population.isEmpty {
            try training.run(configuration.bound, in: job, reserve: reserve) { job.report(.metaStep($0, progress: $1, seconds: $2)) }
        }
        job.report(.evaluating)
        let curriculum = training.curriculum
        var plain = curriculum
        (plain.images, plain.labels) = ordinary
        let found = Confusions(
            before: before, after: confusions(of: heldOut, after: curriculum.snapshot, job),
            afterOrdinary: confusions(of: heldOut, after: plain.snapshot, job))
        let isWhole = !heldOut.isEmpty && [found.before, found.after, found.afterOrdinary].allSatisfy { $0.count == heldOut.count }
        let elapsed = clock.seconds
        return Outcome(
            file: TeacherFile(
                curriculum: curriculum.snapshot, calibrationIndices: task.splits.calibrationIndices, values: [:],
                recipe: recipe(metaSteps: training.stepsMade, elapsed: elapsed)),
            confusions: isWhole ? found : nil, population: population.count, diverged: training.diverged, history: training.history,
            elapsedSeconds: elapsed)
    }

    /// Safety factor for the estimated time of an evaluation.
    private static let caution = 1.5

    /// Returns the networks of an interrupted run, by number.
    private func earlierNetworks(_ network: Network) throws(CheckpointError) -> [Int: TensorSnapshot] {
        guard let networks, let earlier = networks.earlier else { return [:] }
        let shape = [network.layout.count]
        let numbered = earlier.tensors.compactMap { name, tensor in tensor.shape == shape ? Int(name).map { ($0, tensor) } : nil }
        guard numbered.count == earlier.tensors.count else {
            throw CheckpointError(path: networks.path, problem: "it does not hold trained networks of this architecture")
        }
        return Dictionary(uniqueKeysWithValues: numbered)
    }

    /// Trains the networks with these numbers, one per worker at a time, until a share of the budget has passed. The first round always
    /// completes. Known networks are not trained again.
    ///
    /// - Returns: all known networks in the range.
    private func trained(
        _ network: Network, _ numbers: Range<Int>, _ known: inout [Int: TensorSnapshot], _ job: JobRun<Event>, share: Double
    ) throws(CheckpointError) -> [Learner] {
        let isLate = job.shouldStop(atShare: share)
        // A resumed run uses the networks that it already has.
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: configuration.workers) where !job.isResumed {
            let round = (first..<min(first + configuration.workers, numbers.upperBound)).filter { known[$0] == nil }
            if round.isEmpty { continue }
            let stop = known[numbers.lowerBound] == nil ? job.cancelled : isLate
            if stop() { break }
            let results = parallelMap(round.count, workers: configuration.workers) { train(network, number: round[$0], stop) }
            for (number, parameters) in zip(round, results) { known[number] = parameters }
            try networks?.write(job.checkpoint(of: Dictionary(uniqueKeysWithValues: known.map { ("\($0.key)", $0.value) })))
            job.report(.network(trained: known.count, of: configuration.heldOut + configuration.population))
        }
        return numbers.compactMap { known[$0].map { Learner(network, from: .given($0)) } }
    }

    /// Returns the parameters of a trained network. Each network has another initialization and another draw of training images.
    private func train(_ network: Network, number: Int, _ cancelled: @Sendable () -> Bool) -> TensorSnapshot? {
        let seed = SeedStream.victims.seed(configuration.seed, UInt64(number))
        var random = SeededGenerator(seed: seed)
        let indices = Array(task.splits.train.shuffled(using: &random).prefix(configuration.imagesPerEpoch))
        return RealTraining(task, recipe: configuration.recipe, device: configuration.device)
            .trained(network, epochs: configuration.epochs, on: indices, seed: seed, shouldStop: cancelled)
            .map { TensorSnapshot($0.parameters) }
    }

    /// Returns the initial images as a teacher, and the same number of ordinary images.
    private func images() -> (teacher: DistilledTeacher, ordinary: (images: Tensor, labels: Tensor)) {
        var random = SeedStream.initialImages.generator(configuration.seed)
        let start = task.evenBatches(steps: 1, batch: configuration.images, using: &random, device: configuration.device)
        let ordinary = task.evenBatches(steps: 1, batch: configuration.images, using: &random, device: configuration.device)
        let directions = task.principalDirections(using: &random, device: configuration.device)
        let teacher = DistilledTeacher(
            images: start.images, labels: start.labels, directions: directions, learnsLabels: false, schedule: configuration.schedule)
        return (teacher, ordinary)
    }

    private func confusions(
        of learners: [Learner], after curriculum: Curriculum.Snapshot?, _ job: JobRun<Event>
    ) -> [ConfusionMatrix] {
        task.tested(learners, after: curriculum, workers: configuration.workers, device: configuration.device, shouldStop: job.cancelled)
    }

    private func recipe(metaSteps: Int, elapsed: Double) -> TeacherRecipe {
        var recipe = TeacherRecipe(
            .distilled, steps: 1, batch: configuration.images, task, space, configuration.normKind, configuration.metaTraining,
            configuration.schedule, seed: configuration.seed,
            metaSteps: metaSteps, configuration.bound, elapsed: elapsed)
        recipe.mistake = configuration.mistake
        return recipe
    }
}

/// Trained networks as learners, all drawn with equal probability.
private struct Population: LearnerSource {
    let learners: [Learner]

    func learner(seed: UInt64) -> Learner {
        var random = SeededGenerator(seed: seed)
        return learners.randomElement(using: &random)!
    }
}

/// The fields that the images depend on, encoded for checkpoints.
extension Poisoning.Configuration: Encodable {
    private enum CodingKeys: CodingKey {
        case images, bound, population, heldOut, epochs, imagesPerEpoch, recipe, seed, threads, device, normKind, schedule, metaTraining
        case objective
    }
}
