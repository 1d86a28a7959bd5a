import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// Dataset Distillation (Wang et al., "Dataset Distillation", 2018, algorithm 1) for a fixed or a random initialization of one
/// architecture, with one step or several, in one epoch or several.
public struct Distillation: TrainingJob {
    public enum Initialization: String, Sendable, Codable, CaseIterable {
        /// θ₀ is known; the images serve it alone.
        case fixed
        /// θ₀ ~ p(θ₀), drawn anew for every learner.
        case random
    }

    public enum ImageStart: String, Sendable, Codable, CaseIterable {
        case noise
        case real
    }

    /// The coordinates of images in which steps are taken.
    public enum Coordinates: String, Sendable, Codable, CaseIterable {
        /// As published.
        case pixels
        /// Scaled principal components of the data.
        case principal
    }

    public struct Configuration: Sendable {
        public var initialization: Initialization
        /// M, in all; a multiple of the steps.
        public var images: Int
        /// S, the gradient steps of one epoch.
        public var steps: Int
        /// E, the number of passes over them.
        public var epochs: Int
        public var bound: MetaTraining.Bound
        public var learnsLabels = false
        public var start = ImageStart.real
        public var coordinates: Coordinates
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation while no network trains. Their number changes the last digits.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        /// Fresh networks that the images are evaluated on; a fixed initialization has one.
        public var networks = 20
        public var hasBaselines = true
        /// The rates that learning starts from, without momentum: plain gradient descent, as published.
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
            // The gradients of one network agree from step to step: many steps on few images each get further than few steps on many, and
            // gradients keep their lengths. The average of the iterates is no better than the last one.
            metaTraining.learningRate = 0.02
            metaTraining.learners = 2
            objective.metaBatch = 128
            metaTraining.beta1 = 0.5
            metaTraining.clip = .greatestFiniteMagnitude
            objective.normalizesGradients = false
            metaTraining.averaging = 1_000
            // All steps together move as far as one would.
            schedule.learningRate = 1 / Double(steps * epochs)
        }
    }

    public enum Event: Sendable {
        case baselines
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case evaluating
    }

    /// What is measured before the training; every checkpoint holds it.
    private struct Before: Codable {
        let initialAccuracies: [Double]
        let baselines: [DistillationBaseline]
    }

    public struct Outcome: Sendable {
        public let file: TeacherFile
        /// On the test part, of networks trained on the distilled images; fewer than configured when time ran out.
        public let accuracies: [Double]
        /// The same before the first step.
        public let initialAccuracies: [Double]
        /// Those that were measured to their end.
        public let baselines: [DistillationBaseline]
        public let diverged: Int
        /// Every meta-step, those of interrupted runs included.
        public let history: [MetaTraining.Record]
        /// All of the time, that of interrupted runs included.
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    /// The architecture, alone in its space or one of many.
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

    /// The networks that the images are evaluated on: that of the fixed initialization, or fresh ones.
    private var evaluated: [Learner] {
        switch configuration.initialization {
        case .fixed: [Learner(network, from: .drawn(seed: fixedSeed))]
        case .random:
            (0..<configuration.networks).map {
                Learner(network, from: .drawn(seed: SeedStream.testNetworks.seed(configuration.seed, UInt64($0))))
            }
        }
    }

    /// Distills the images. A cancelled job returns them as far as they came.
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
    /// Multiple of its estimate that the evaluation after the training may take.
    private static let caution = 2.0
    /// Share of a time budget at which the baselines are cut short.
    private static let baselineShare = 0.4

    /// Accuracies before the first step, and the baselines.
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

    /// Seconds to keep for the evaluation, from that of as many networks as there are workers; none without a time budget.
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

    /// Test accuracies of the learners after the curriculum, or without it.
    private func accuracies(
        of learners: [Learner], after curriculum: Curriculum.Snapshot?, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> [Double] {
        task.tested(learners, after: curriculum, workers: configuration.workers, device: configuration.device, shouldStop: shouldStop).map(
            \.accuracy)
    }

    /// The teacher's parameters but for its images, and those of a fixed initialization.
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

/// The fields that the images depend on, for checkpoints.
extension Distillation.Configuration: Encodable {
    private enum CodingKeys: CodingKey {
        case initialization, images, steps, epochs, bound, learnsLabels, start, coordinates, seed, threads, device, normKind, schedule
        case metaTraining, objective
    }
}
