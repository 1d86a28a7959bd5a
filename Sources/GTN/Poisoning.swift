import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// A class that networks are made to take for another.
public struct Mistake: Sendable, Hashable, Codable {
    public let from: Int
    public let to: Int

    public init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// The whole of `poison`: how little it takes to make trained networks mistake one class for another (Wang et al., "Dataset Distillation",
/// 2018, section 3.5 and 4). A measurement of robustness, on networks trained here.
///
/// K images with their true labels are learned such that one gradient step on them makes a network of a population take class A for class B,
/// and is otherwise harmless. They are judged by networks that learning never saw, beside the same step on K ordinary images.
public struct Poisoning: Sendable {
    public struct Plan: Sendable {
        public var mistake: Mistake
        /// K
        public var images = 100
        public var bound: MetaTraining.Bound
        /// Trained networks that the images are learned on, at most; time may end their training earlier.
        public var population = 40
        /// Trained networks that judge.
        public var heldOut = 10
        /// Of the training of each network.
        public var epochs = 3
        public var imagesPerEpoch = 20_000
        public var recipe = RealTraining.Recipe()
        /// Share of a time budget that the training of all these networks may take, a third of it that of those that judge.
        public var populationShare = 0.5
        public var seed: UInt64 = 0
        public var workers = 2
        /// Threads of one operation while no network is at work. Their number changes the last digits.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        public var schedule = InitialSchedule(learningRate: 0.02, momentum: 0, decay: 0)
        public var metaTraining = MetaTraining.Settings()

        public init(_ mistake: Mistake, bound: MetaTraining.Bound) {
            self.mistake = mistake
            self.bound = bound
            recipe.peakRate = 0.05
            metaTraining.learningRate = 0.04
            metaTraining.learners = 4
            metaTraining.metaBatch = 512
            metaTraining.mistake = mistake
        }
    }

    public enum Event: Sendable {
        case network(trained: Int, of: Int)
        case metaStep(MetaTraining.Step, progress: Double, seconds: Double)
        case judging
    }

    /// What the networks that judge took each class for.
    public struct Judgement: Sendable {
        public let before: [ConfusionMatrix]
        /// After one step on the learned images.
        public let after: [ConfusionMatrix]
        /// After the same step on as many ordinary images.
        public let afterOrdinary: [ConfusionMatrix]
    }

    public struct Outcome: Sendable {
        /// The images that were learned, as the curriculum of one step.
        public let file: TeacherFile
        /// nil when it was cancelled before.
        public let judgement: Judgement?
        /// Networks that the images were learned on.
        public let population: Int
        public let diverged: Int
        public let history: [MetaTraining.Record]
        public let elapsedSeconds: Double
    }

    public let task: LearningTask
    public let space: SearchSpace
    public let architecture: Architecture
    public let plan: Plan

    public init(_ task: LearningTask, _ space: SearchSpace, _ architecture: Architecture, _ plan: Plan) {
        self.task = task
        self.space = space
        self.architecture = architecture
        self.plan = plan
    }

    /// - Parameters:
    ///   - networks: where to keep the trained networks, and go on with those of an earlier run.
    ///   - checkpoint: where to keep a checkpoint of the meta-training, and go on from an earlier one.
    ///   - cancelled: asked between steps; a cancelled study still returns the images as far as they came.
    ///   - onEvent: called with what happens, as it happens.
    public func run(
        networks: TrainedNetworksFile? = nil, checkpoint: CheckpointFile? = nil, cancelled: @escaping @Sendable () -> Bool = { false },
        onEvent: (Event) -> Void = { _ in }
    ) throws(CheckpointError) -> Outcome {
        let clock = Stopwatch(after: max(networks?.earlier?.seconds ?? 0, checkpoint?.seconds ?? 0))
        let network = Network(space.canonicalGraph(of: architecture), normKind: plan.normKind)
        Runtime.threads = plan.threads
        var known = try networks?.parameters(of: network, identity: identity) ?? [:]
        // Once images are learned, their networks are those that there are.
        let areAll = checkpoint?.earlier != nil
        func trained(_ numbers: Range<Int>, share: Double) throws(CheckpointError) -> [Learner] {
            try self.trained(network, numbers, &known, areAll: areAll, clock, share: share, networks, cancelled, onEvent)
        }
        // Those that judge come first: without them the images say nothing.
        let judges = try trained(0..<plan.heldOut, share: plan.populationShare / 3)
        let population = try trained(plan.heldOut..<plan.heldOut + plan.population, share: plan.populationShare)

        let beforeJudging = clock.seconds
        let before = cancelled() ? [] : confusions(of: judges, after: nil, cancelled)
        let reserve = 2 * (clock.seconds - beforeJudging) * Self.caution
        let (teacher, ordinary) = images()
        var training = MetaTraining(
            teacher, task: task, learners: Population(learners: population), settings: plan.metaTraining,
            seed: SeedStream.poisoning.seed(plan.seed), workers: plan.workers, device: plan.device)
        if !population.isEmpty {
            try training.run(
                plan.bound, clock: clock, reserve: reserve, checkpoint: checkpoint.map { CheckpointKeeper(file: $0, identity: identity) },
                cancelled: cancelled
            ) { onEvent(.metaStep($0, progress: $1, seconds: $2)) }
        }
        onEvent(.judging)
        let curriculum = training.curriculum
        var plain = curriculum
        (plain.images, plain.labels) = ordinary
        let judgement = Judgement(
            before: before, after: confusions(of: judges, after: curriculum.snapshot, cancelled),
            afterOrdinary: confusions(of: judges, after: plain.snapshot, cancelled))
        let isWhole =
            !judges.isEmpty && [judgement.before, judgement.after, judgement.afterOrdinary].allSatisfy { $0.count == judges.count }
        let elapsed = clock.seconds
        return Outcome(
            file: TeacherFile(
                curriculum: curriculum.snapshot, calibrationIndices: task.splits.calibrationIndices, values: [:],
                recipe: recipe(metaSteps: training.stepsMade, elapsed: elapsed)),
            judgement: isWhole ? judgement : nil, population: population.count, diverged: training.diverged, history: training.history,
            elapsedSeconds: elapsed)
    }

    /// How many times its estimate a judgement may take.
    private static let caution = 1.5

    /// All that the study depends on, time aside, as a text.
    private var identity: String {
        MetaTraining.identity(
            plan.metaTraining, plan.schedule, plan.bound, task, space,
            [
                "\(plan.mistake)", "\(plan.images) images", "\(plan.population) and \(plan.heldOut) networks", "\(plan.recipe)",
                "\(plan.epochs) epochs of \(plan.imagesPerEpoch)", "seed \(plan.seed)", plan.normKind.rawValue,
                space.hash(of: architecture),
                "threads \(plan.threads)", "\(plan.device)",
            ])
    }

    /// Trained networks of these numbers, a few at a time, until a share of the time has passed: then those are missing that were not done,
    /// but for the first few. What is known is not trained again; it becomes more.
    private func trained(
        _ network: Network, _ numbers: Range<Int>, _ known: inout [Int: TensorSnapshot], areAll: Bool, _ clock: Stopwatch, share: Double,
        _ file: TrainedNetworksFile?, _ cancelled: @escaping @Sendable () -> Bool, _ onEvent: (Event) -> Void
    ) throws(CheckpointError) -> [Learner] {
        let isLate = plan.bound.stop(after: clock, share: share, cancelled)
        for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: plan.workers) where !areAll {
            let round = (first..<min(first + plan.workers, numbers.upperBound)).filter { known[$0] == nil }
            if round.isEmpty { continue }
            let stop = known[numbers.lowerBound] == nil ? cancelled : isLate
            if stop() { break }
            let results = parallelMap(round.count, workers: plan.workers) { train(network, number: round[$0], stop) }
            for (number, parameters) in zip(round, results) { known[number] = parameters }
            try file?.write(known, seconds: clock.seconds, identity: identity)
            onEvent(.network(trained: known.count, of: plan.heldOut + plan.population))
        }
        return numbers.compactMap { known[$0].map { Learner(network, from: .given($0)) } }
    }

    /// The parameters of a network trained from others, and on images, of its own.
    private func train(_ network: Network, number: Int, _ cancelled: @Sendable () -> Bool) -> TensorSnapshot? {
        let seed = SeedStream.victims.seed(plan.seed, UInt64(number))
        var random = SeededGenerator(seed: seed)
        let indices = Array(task.splits.train.shuffled(using: &random).prefix(plan.imagesPerEpoch))
        return RealTraining(task, recipe: plan.recipe, device: plan.device)
            .trained(network, epochs: plan.epochs, on: indices, seed: seed, shouldStop: cancelled)
            .map { TensorSnapshot($0.parameters) }
    }

    /// The images that learning starts from, as a teacher, and as many other ones.
    private func images() -> (teacher: DistilledTeacher, ordinary: (images: Tensor, labels: Tensor)) {
        var random = SeedStream.initialImages.generator(plan.seed)
        let start = task.evenBatches(steps: 1, batch: plan.images, using: &random, device: plan.device)
        let ordinary = task.evenBatches(steps: 1, batch: plan.images, using: &random, device: plan.device)
        let directions = task.principalDirections(using: &random, device: plan.device)
        let teacher = DistilledTeacher(
            images: start.images, labels: start.labels, directions: directions, learnsLabels: false, schedule: plan.schedule)
        return (teacher, ordinary)
    }

    private func confusions(
        of learners: [Learner], after curriculum: Curriculum.Snapshot?, _ shouldStop: @escaping @Sendable () -> Bool
    ) -> [ConfusionMatrix] {
        task.tested(learners, after: curriculum, workers: plan.workers, device: plan.device, shouldStop: shouldStop)
    }

    private func recipe(metaSteps: Int, elapsed: Double) -> TeacherRecipe {
        var recipe = TeacherRecipe(
            .distilled, steps: 1, batch: plan.images, task, space, plan.normKind, plan.metaTraining, plan.schedule, seed: plan.seed,
            metaSteps: metaSteps, plan.bound, elapsed: elapsed)
        recipe.mistake = plan.mistake
        return recipe
    }
}

/// Trained networks as learners, each drawn as often as any other.
private struct Population: LearnerSource {
    let learners: [Learner]

    func learner(seed: UInt64) -> Learner {
        var random = SeededGenerator(seed: seed)
        return learners.randomElement(using: &random)!
    }
}
