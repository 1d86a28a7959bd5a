import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// Dataset Distillation (Wang et al., "Dataset Distillation", 2018, algorithm 1) for one architecture. The initialization is fixed or
/// random, with one or several steps and epochs.
public struct Distillation: TrainingJob {
    public enum Initialization: String, Sendable, Codable, CaseIterable {
        /// All learners start from the same θ₀, and the images fit only that θ₀.
        case fixed
        /// Every learner draws a new θ₀ ~ p(θ₀).
        case random
    }

    public enum ImageStart: String, Sendable, Codable, CaseIterable {
        case noise
        case real
    }

    /// The coordinate system in which meta-steps change images.
    public enum Coordinates: String, Sendable, Codable, CaseIterable {
        /// Pixels, as published.
        case pixels
        /// Scaled principal components of the data.
        case principal
    }

    public struct Configuration: Sendable {
        public var initialization: Initialization
        /// M, the total number of images; a multiple of `steps`.
        public var images: Int
        /// S, the number of gradient steps in an epoch.
        public var steps: Int
        /// E, the number of epochs over the distilled images.
        public var epochs: Int
        public var bound: MetaTraining.Bound
        public var learnsLabels = false
        public var start = ImageStart.real
        public var coordinates: Coordinates
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation while no network trains. Their number affects the last digits of the results.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        /// Number of fresh networks that evaluate the images; a fixed initialization uses one.
        public var networks = 20
        public var hasBaselines = true
        /// The initial schedule. It has no momentum: plain gradient descent, as published.
        public var schedule = InitialSchedule(learningRate: 0.05, momentum: 0, decay: 0)
        public var metaTraining = MetaTraining.Settings()
        public var objective = RealLossObjective()

        public init(initialization: Initialization, images: Int, steps: Int, epochs: Int, bound: MetaTraining.Bound) {
            self.initialization = initialization
            self.images = images
            self.steps = steps
            self.epochs = epochs
            self.bound = bound
            coordinates = initialization == .fixed ? .pixels : .principal
            guard initialization == .fixed else {
                metaTraining.learningRate = 0.04
                metaTraining.learners = 4
                objective.metaBatch = 512
                return
            }
            // Gradients of a single network agree across meta-steps, so many meta-steps on small batches beat few on large ones. Gradients
            // are not normalized. The average of the iterates is no better than the last iterate.
            metaTraining.learningRate = 0.02
            metaTraining.learners = 2
            objective.metaBatch = 128
            metaTraining.beta1 = 0.5
            metaTraining.clip = .greatestFiniteMagnitude
            objective.normalizesGradients = false
            metaTraining.averaging = 1_000
            // The learning rates of all steps add up to 1, the rate of a single step.
            schedule.learningRate = 1 / Double(steps * epochs)
        }
    }

    public enum Event: Sendable {
        case baselines
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case evaluating
    }

    /// Measurements made before meta-training, which every checkpoint stores.
    private struct Before: Codable {
        let initialAccuracies: [Double]
        let baselines: [DistillationBaseline]
    }

    public struct Outcome: Sendable {
        public let file: TeacherFile
        /// Test accuracies of networks trained on the distilled images; fewer than configured if time ran out.
        public let accuracies: [Double]
        /// The same accuracies before the first meta-step.
        public let initialAccuracies: [Double]
        /// The baselines whose measurement was completed.
        public let baselines: [DistillationBaseline]
        public let diverged: Int
        /// All meta-steps, interrupted runs included.
        public let history: [MetaTraining.Record]
        /// Total seconds, interrupted runs included.
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    /// The space that contains the architecture.
    public let space: SearchSpace
    public let architecture: Architecture
    public let configuration: Configuration

    public init(_ task: LearningTask, _ space: SearchSpace, _ architecture: Architecture, _ configuration: Configuration) {
        precondition(
            configuration.images.isMultiple(of: configuration.steps), "\(configuration.images) images in \(configuration.steps) steps")
        self.task = task
        self.space = space
        self.architecture = architecture
        self.configuration = configuration
    }

    public var threads: Int { configuration.threads }
    public var budget: Double? { configuration.bound.budget }
    public var identity: JobIdentity {
        let defaults = Configuration(
            initialization: configuration.initialization, images: configuration.images, steps: configuration.steps,
            epochs: configuration.epochs, bound: .metaSteps(0))
        return JobIdentity(of: "distillation", configuration, defaults: defaults, task, space, architecture)
    }

    private var network: Network { Network(space.canonicalGraph(of: architecture), normKind: configuration.normKind) }
    private var fixedSeed: UInt64 { SeedStream.fixedInitialization.seed(configuration.seed) }

    /// The learners that evaluate the images: the one with the fixed initialization, or fresh ones.
    private var evaluated: [Learner] {
        switch configuration.initialization {
        case .fixed: [Learner(network, from: .drawn(seed: fixedSeed))]
        case .random:
            (0..<configuration.networks).map {
                Learner(network, from: .drawn(seed: SeedStream.testNetworks.seed(configuration.seed, UInt64($0))))
            }
        }
    }

    /// Distills the images. If cancelled, returns their current state.
    public func outcome(of job: JobRun<Event>) throws -> Outcome {
        let evaluated = evaluated
        let before = try job.earlier(Self.beforeName, as: Before.self) ?? measuredBefore(evaluated, job)
        job.keep(before, as: Self.beforeName)
        let teacher = makeTeacher()
        var training = MetaTraining(
            teacher, task: task, learners: NetworkLearners(network, fixedSeed: configuration.initialization == .fixed ? fixedSeed : nil),
            objective: configuration.objective, settings: configuration.metaTraining,
            seed: SeedStream.distillation.seed(configuration.seed), workers: configuration.workers,
            device: configuration.device)
        try training.run(configuration.bound, in: job, reserve: reserve(evaluated, training.curriculum.snapshot, job)) {
            job.report(.metaStep($0, progress: $1, seconds: $2))
        }
        job.report(.evaluating)
        let curriculum = training.curriculum.snapshot
        let accuracies = accuracies(of: evaluated, after: curriculum, job.shouldStop())
        let elapsed = job.clock.seconds
        return Outcome(
            file: TeacherFile(
                curriculum: curriculum, calibrationIndices: task.splits.calibrationIndices, values: values(teacher, training),
                recipe: recipe(metaSteps: training.stepsMade, elapsed: elapsed, accuracies)),
            accuracies: accuracies, initialAccuracies: before.initialAccuracies, baselines: before.baselines, diverged: training.diverged,
            history: training.history, elapsedSeconds: elapsed)
    }

    private static let beforeName = "before"
    /// Safety factor for the estimated time of the final evaluation.
    private static let caution = 2.0
    /// Share of a time budget after which the baselines stop.
    private static let baselineShare = 0.4

    /// Measures the initial accuracies and the baselines.
    private func measuredBefore(_ evaluated: [Learner], _ job: JobRun<Event>) -> Before {
        let stop = job.shouldStop(atShare: Self.baselineShare)
        let initial = accuracies(of: evaluated, after: nil, stop)
        guard configuration.hasBaselines else { return Before(initialAccuracies: initial, baselines: []) }
        job.report(.baselines)
        let baselines = DistillationBaselines(
            shape: (configuration.steps, configuration.images / configuration.steps, configuration.epochs), task: task, learners: evaluated,
            seed: configuration.seed,
            workers: configuration.workers, device: configuration.device)
        return Before(initialAccuracies: initial, baselines: baselines.results(shouldStop: stop))
    }

    /// Returns the seconds to reserve for the final evaluation, estimated with one network per worker; 0 without a time budget.
    private func reserve(_ evaluated: [Learner], _ curriculum: Curriculum.Snapshot, _ job: JobRun<Event>) -> Double {
        guard budget != nil else { return 0 }
        let started = job.clock.seconds
        _ = accuracies(of: Array(evaluated.prefix(configuration.workers)), after: curriculum, job.shouldStop())
        let rounds = (evaluated.count + configuration.workers - 1) / configuration.workers
        return (job.clock.seconds - started) * Double(rounds) * Self.caution
    }

    private func makeTeacher() -> DistilledTeacher {
        var random = SeedStream.initialImages.generator(configuration.seed)
        var (images, labels) = task.evenBatches(
            steps: configuration.steps, batch: configuration.images / configuration.steps, using: &random, device: configuration.device)
        let directions =
            configuration.coordinates == .principal ? task.principalDirections(using: &random, device: configuration.device) : nil
        if configuration.start == .noise {
            images = TensorGenerator(seed: SeedStream.initialNoise.seed(configuration.seed)).normal(
                images.shape, device: configuration.device)
        }
        return DistilledTeacher(
            images: images, labels: labels, directions: directions, epochs: configuration.epochs, learnsLabels: configuration.learnsLabels,
            schedule: configuration.schedule)
    }

    /// Returns the test accuracies of the learners after the curriculum, or of untrained learners if it is nil.
    private func accuracies(
        of learners: [Learner], after curriculum: Curriculum.Snapshot?, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> [Double] {
        task.tested(learners, after: curriculum, workers: configuration.workers, device: configuration.device, shouldStop: shouldStop).map(
            \.accuracy)
    }

    /// Returns the teacher's parameters other than its images, and the parameters of a fixed initialization.
    private func values(_ teacher: DistilledTeacher, _ training: MetaTraining) -> [String: TensorSnapshot] {
        var values = Dictionary(
            uniqueKeysWithValues: zip(teacher.parameters, training.averagedValues).filter { $0.0.name != "offsets" }
                .map { ($0.0.name, TensorSnapshot($0.1)) })
        guard configuration.initialization == .fixed else { return values }
        let network = network
        let initial = network.layout.pieces(of: Scorer.initialParameters(network, seed: fixedSeed))
        for (parameter, piece) in zip(network.layout.parameters, initial) { values["initial.\(parameter.name)"] = TensorSnapshot(piece) }
        return values
    }

    private func recipe(metaSteps: Int, elapsed: Double, _ accuracies: [Double]) -> TeacherRecipe {
        var recipe = TeacherRecipe(
            .distilled, steps: configuration.steps * configuration.epochs, batch: configuration.images / configuration.steps, task, space,
            configuration.normKind, configuration.metaTraining,
            configuration.schedule, seed: configuration.seed, metaSteps: metaSteps, configuration.bound, elapsed: elapsed)
        recipe.learnerAccuracy = accuracies.isEmpty ? nil : accuracies.mean
        recipe.distillation = TeacherRecipe.DistillationRecipe(
            initialization: configuration.initialization, architecture: space.notation(of: architecture), epochs: configuration.epochs,
            learnsLabels: configuration.learnsLabels, start: configuration.start)
        return recipe
    }
}

/// The fields that the images depend on, encoded for checkpoints.
extension Distillation.Configuration: Encodable {
    private enum CodingKeys: CodingKey {
        case initialization, images, steps, epochs, bound, learnsLabels, start, coordinates, seed, threads, device, normKind, schedule
        case metaTraining, objective
    }
}
