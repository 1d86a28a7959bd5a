import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// The whole of `distill`: Dataset Distillation (Wang et al., "Dataset Distillation", 2018, algorithm 1) for a fixed or a random
/// initialization of one architecture, one step or several, once or for several epochs.
public struct Distillation: Sendable {
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

    public struct Plan: Sendable {
        public var initialization: Initialization
        /// M, in all; a multiple of the steps.
        public var images: Int
        /// S, the gradient steps of one epoch.
        public var steps: Int
        /// E, how often they are gone through.
        public var epochs: Int
        public var bound: MetaTraining.Bound
        public var learnsLabels = false
        public var start = ImageStart.real
        public var coordinates: Coordinates
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation while no network is at work. Their number changes the last digits.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        /// Fresh networks that the images are judged by; a fixed initialization is one.
        public var networks = 20
        public var hasBaselines = true
        /// The rates that learning starts from, without momentum: plain gradient descent, as published.
        public var schedule = InitialSchedule(learningRate: 0.05, momentum: 0, decay: 0)
        public var metaTraining = MetaTraining.Settings()

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
                metaTraining.metaBatch = 512
                return
            }
            // One network's gradients agree from step to step: many steps on few images each go further than few on many, and gradients
            // count as large as they are. What lies between the places it passed is no better than they were.
            metaTraining.learningRate = 0.02
            metaTraining.learners = 2
            metaTraining.metaBatch = 128
            metaTraining.beta1 = 0.5
            metaTraining.clip = .greatestFiniteMagnitude
            metaTraining.normalizesGradients = false
            metaTraining.averaging = 1_000
            // In all, what one step would be.
            schedule.learningRate = 1 / Double(steps * epochs)
        }
    }

    public enum Event: Sendable {
        case baselines
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case judging
    }

    /// What is measured before the training, and kept for a run that is resumed.
    private struct Before: Codable {
        let initialAccuracies: [Double]
        let baselines: [DistillationBaseline]
    }

    public struct Outcome: Sendable {
        public let file: TeacherFile
        /// On the test part, of networks trained on the distilled images; fewer than planned when time ran out.
        public let accuracies: [Double]
        /// The same before the first step.
        public let initialAccuracies: [Double]
        /// Those that were measured to their end.
        public let baselines: [DistillationBaseline]
        public let diverged: Int
        /// Every meta-step, those before a resumption too.
        public let history: [MetaTraining.Record]
        /// All of the time, that before a resumption too.
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    /// The architecture, alone in its space or one of many.
    public let space: SearchSpace
    public let architecture: Architecture
    public let plan: Plan

    public init(_ task: LearningTask, _ space: SearchSpace, _ architecture: Architecture, _ plan: Plan) {
        precondition(plan.images.isMultiple(of: plan.steps), "\(plan.images) images in \(plan.steps) steps")
        self.task = task
        self.space = space
        self.architecture = architecture
        self.plan = plan
    }

    private var network: Network { Network(space.canonicalGraph(of: architecture), normKind: plan.normKind) }
    private var fixedSeed: UInt64 { SeedStream.fixedInitialization.seed(plan.seed) }

    /// The networks that judge: that of the fixed initialization, or fresh ones.
    private var judges: [Learner] {
        switch plan.initialization {
        case .fixed: [Learner(network, from: .drawn(seed: fixedSeed))]
        case .random:
            (0..<plan.networks).map { Learner(network, from: .drawn(seed: SeedStream.testNetworks.seed(plan.seed, UInt64($0)))) }
        }
    }

    /// - Parameters:
    ///   - checkpoint: where to keep a checkpoint of the meta-training, and go on from an earlier one.
    ///   - cancelled: asked between steps; a cancelled distillation still returns the images as far as they came.
    ///   - onEvent: called with what happens, as it happens.
    public func run(
        checkpoint: CheckpointFile? = nil, cancelled: @escaping @Sendable () -> Bool = { false }, onEvent: (Event) -> Void = { _ in }
    ) throws(CheckpointError) -> Outcome {
        let clock = Stopwatch(after: checkpoint?.seconds ?? 0)
        Runtime.threads = plan.threads
        let judges = judges
        let before = try measuredBefore(judges, checkpoint, clock, cancelled, onEvent)
        let teacher = makeTeacher()
        var training = MetaTraining(
            teacher, task: task, learners: NetworkLearners(network, fixedSeed: plan.initialization == .fixed ? fixedSeed : nil),
            settings: plan.metaTraining, seed: SeedStream.distillation.seed(plan.seed), workers: plan.workers, device: plan.device)
        let keeper = checkpoint.map { file in
            CheckpointKeeper(
                file: file, identity: identity, extra: (try? JSONEncoder().encode(before)).map { String(decoding: $0, as: UTF8.self) })
        }
        try training.run(
            plan.bound, clock: clock, reserve: reserve(judges, training.curriculum.snapshot, clock, cancelled), checkpoint: keeper,
            cancelled: cancelled
        ) { onEvent(.metaStep($0, progress: $1, seconds: $2)) }
        onEvent(.judging)
        let curriculum = training.curriculum.snapshot
        let accuracies = accuracies(of: judges, after: curriculum, plan.bound.stop(after: clock, cancelled))
        let elapsed = clock.seconds
        return Outcome(
            file: TeacherFile(
                curriculum: curriculum, calibrationIndices: task.splits.calibrationIndices, values: values(teacher, training),
                recipe: recipe(metaSteps: training.stepsMade, elapsed: elapsed, accuracies)),
            accuracies: accuracies, initialAccuracies: before.initialAccuracies, baselines: before.baselines, diverged: training.diverged,
            history: training.history, elapsedSeconds: elapsed)
    }

    /// How many times its estimate the judging after the training may take.
    private static let caution = 2.0
    /// Share of a time budget at which the baselines are cut short.
    private static let baselineShare = 0.4

    /// Accuracies before the first step, and the baselines; those of an earlier run where this one goes on with it.
    private func measuredBefore(
        _ judges: [Learner], _ checkpoint: CheckpointFile?, _ clock: Stopwatch, _ cancelled: @escaping @Sendable () -> Bool,
        _ onEvent: (Event) -> Void
    ) throws(CheckpointError) -> Before {
        if let checkpoint, let extra = checkpoint.earlier?.extra {
            guard let before = try? JSONDecoder().decode(Before.self, from: Data(extra.utf8)) else {
                throw CheckpointError(path: checkpoint.path, problem: "it is not of a distillation")
            }
            return before
        }
        let stop = plan.bound.stop(after: clock, share: Self.baselineShare, cancelled)
        let initial = accuracies(of: judges, after: nil, stop)
        guard plan.hasBaselines else { return Before(initialAccuracies: initial, baselines: []) }
        onEvent(.baselines)
        let baselines = DistillationBaselines(
            shape: (plan.steps, plan.images / plan.steps, plan.epochs), task: task, learners: judges, seed: plan.seed,
            workers: plan.workers,
            device: plan.device)
        return Before(initialAccuracies: initial, baselines: baselines.results(shouldStop: stop))
    }

    /// Seconds to keep for the judging, from that of as many networks as work at a time; none without a time budget.
    private func reserve(
        _ judges: [Learner], _ curriculum: Curriculum.Snapshot, _ clock: Stopwatch, _ cancelled: @escaping @Sendable () -> Bool
    ) -> Double {
        guard plan.bound.budget != nil else { return 0 }
        let watch = Stopwatch()
        _ = accuracies(of: Array(judges.prefix(plan.workers)), after: curriculum, plan.bound.stop(after: clock, cancelled))
        return watch.seconds * Double((judges.count + plan.workers - 1) / plan.workers) * Self.caution
    }

    private var identity: String {
        MetaTraining.identity(
            plan.metaTraining, plan.schedule, plan.bound, task, space,
            [
                plan.initialization.rawValue, "\(plan.images) in \(plan.steps) x \(plan.epochs)", "seed \(plan.seed)",
                "learned labels \(plan.learnsLabels)", plan.start.rawValue, plan.coordinates.rawValue, plan.normKind.rawValue,
                space.hash(of: architecture), "threads \(plan.threads)", "\(plan.device)",
            ])
    }

    private func makeTeacher() -> DistilledTeacher {
        var random = SeedStream.initialImages.generator(plan.seed)
        var (images, labels) = task.evenBatches(steps: plan.steps, batch: plan.images / plan.steps, using: &random, device: plan.device)
        let directions = plan.coordinates == .principal ? task.principalDirections(using: &random, device: plan.device) : nil
        if plan.start == .noise {
            images = TensorGenerator(seed: SeedStream.initialNoise.seed(plan.seed)).normal(images.shape, device: plan.device)
        }
        return DistilledTeacher(
            images: images, labels: labels, directions: directions, epochs: plan.epochs, learnsLabels: plan.learnsLabels,
            schedule: plan.schedule)
    }

    /// Test accuracies of the learners after the curriculum, or without it.
    private func accuracies(
        of learners: [Learner], after curriculum: Curriculum.Snapshot?, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> [Double] {
        task.tested(learners, after: curriculum, workers: plan.workers, device: plan.device, shouldStop: shouldStop).map(\.accuracy)
    }

    /// What the teacher learned beside its images, and a fixed initialization, parameter by parameter.
    private func values(_ teacher: DistilledTeacher, _ training: MetaTraining) -> [String: TensorSnapshot] {
        var values = Dictionary(
            uniqueKeysWithValues: zip(teacher.parameters, training.averagedValues).filter { $0.0.name != "offsets" }
                .map { ($0.0.name, TensorSnapshot($0.1)) })
        guard plan.initialization == .fixed else { return values }
        let network = network
        let initial = network.layout.pieces(of: Scorer.initialParameters(network, seed: fixedSeed))
        for (parameter, piece) in zip(network.layout.parameters, initial) { values["initial.\(parameter.name)"] = TensorSnapshot(piece) }
        return values
    }

    private func recipe(metaSteps: Int, elapsed: Double, _ accuracies: [Double]) -> TeacherRecipe {
        var recipe = TeacherRecipe(
            .distilled, steps: plan.steps * plan.epochs, batch: plan.images / plan.steps, task, space, plan.normKind, plan.metaTraining,
            plan.schedule, seed: plan.seed, metaSteps: metaSteps, plan.bound, elapsed: elapsed)
        recipe.learnerAccuracy = accuracies.isEmpty ? nil : accuracies.mean
        recipe.distillation = TeacherRecipe.DistillationRecipe(
            initialization: plan.initialization, architecture: space.notation(of: architecture), epochs: plan.epochs,
            learnsLabels: plan.learnsLabels, start: plan.start)
        return recipe
    }
}
