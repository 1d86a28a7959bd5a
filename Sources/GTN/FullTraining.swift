import Basics
import Datasets
import Networks
import SearchSpace
import Tensors

/// Training of one architecture on real images to the end, and its accuracy on the test part.
///
/// It learns from the `train` and `score` splits: nothing chooses by them any more. After each epoch the `validate` split tells how far it
/// is, which decides nothing; the test part is read once, at the end. What is judged, and kept, is the average of iterates, with norms'
/// statistics from the calibration images.
public struct FullTraining: Sendable {
    public struct Plan: Sendable {
        /// Whole passes over the images; nil where time alone decides.
        public var epochs: Int?
        /// Time for all of the work, from the start of the clock that is given to `run`.
        public var seconds: Double?
        public var recipe: RealTraining.Recipe
        public var seed: UInt64 = 0
        public var workers = 1
        public var device = Device.cpu
        public var normKind = NormKind.batch

        public init(epochs: Int?, seconds: Double? = nil, recipe: RealTraining.Recipe) {
            self.epochs = epochs
            self.seconds = seconds
            self.recipe = recipe
        }

        /// The recipe that `train` follows where it is told nothing else: what proved best for networks of a few thousand parameters, which
        /// learn too little rather than too much.
        public static func recipe(_ augmentation: Augmentation) -> RealTraining.Recipe {
            var recipe = RealTraining.Recipe()
            recipe.peakRate = 0.2
            recipe.refinements = RealTraining.Refinements(augmentation)
            return recipe
        }
    }

    public enum Event: Sendable {
        /// The share of the training that is done, and the epoch under way, from 1.
        case step(progress: Double, epoch: Int, seconds: Double)
        case epoch(TrainingPoint, seconds: Double)
        case judging
    }

    public struct Outcome: Sendable {
        public let file: ModelFile
        public let confusion: ConfusionMatrix
        public let seconds: Double
    }

    /// The time was over before the first step.
    public struct TooShort: Error, Hashable, CustomStringConvertible {
        public let seconds: Double
        public var description: String {
            "a budget of \((seconds * 10).rounded() / 10) s is too short: nothing of it is left to train after reading the data and judging"
        }
    }

    /// The loss became infinite or no number.
    public struct Divergence: Error, Hashable, CustomStringConvertible {
        public let epoch: Int
        public let peakRate: Double
        public var description: String { "the training diverged in epoch \(epoch); try a lower --rate than \(peakRate)" }
    }

    public let task: LearningTask
    public let space: SearchSpace
    public let architecture: Architecture
    /// As the user wrote it; nil for the space's own notation.
    public let notation: String?
    public let plan: Plan

    public init(_ task: LearningTask, _ space: SearchSpace, _ architecture: Architecture, notation: String? = nil, _ plan: Plan) {
        self.task = task
        self.space = space
        self.architecture = architecture
        self.notation = notation
        self.plan = plan
    }

    /// - Parameters:
    ///   - clock: started when the budget began to run.
    ///   - checkpoint: where to keep a checkpoint, and go on from an earlier one.
    ///   - cancelled: asked before every step.
    ///   - onEvent: called with what happens, as it happens.
    /// - Returns: nil when it was cancelled; what was done is in the checkpoint then.
    public func run(
        clock: Stopwatch = Stopwatch(), checkpoint: TrainingCheckpointFile? = nil, cancelled: () -> Bool = { false },
        onEvent: (Event) -> Void = { _ in }
    ) throws -> Outcome? {
        let clock = Stopwatch(after: clock.seconds + (checkpoint?.earlier?.progress.seconds ?? 0))
        let network = Network(space.canonicalGraph(of: architecture), normKind: plan.normKind)
        let indices = (task.splits.train + task.splits.score).sorted()
        let earlier = try checkpoint?.state(for: identity, network, on: plan.device)
        let end = plan.seconds.map { $0 - reserve(network, clock) }
        var course = TrainingCourse(
            RealTraining(task, recipe: plan.recipe, device: plan.device), network, on: indices, seed: plan.seed, from: earlier,
            workers: plan.workers)
        var curve = checkpoint?.earlier?.progress.curve ?? []
        let steps = plan.epochs.map { Double($0 * course.stepsPerEpoch) }
        var kept = clock.seconds
        func keep() throws { try checkpoint?.write(course.state, curve: curve, seconds: clock.seconds, identity: identity) }

        while true {
            // Before anything else: a training may have been interrupted between an epoch's last step and this.
            if curve.count < course.state.step / course.stepsPerEpoch {
                guard let evaluation = task.evaluation(of: trained(network, course.state.judged), judge: .validate, shouldStop: cancelled)
                else {
                    try keep()
                    return nil
                }
                let point = TrainingPoint(
                    epoch: curve.count + 1, trainingLoss: course.state.epochLosses[curve.count], accuracy: evaluation.accuracy)
                curve.append(point)
                onEvent(.epoch(point, seconds: clock.seconds))
            }
            // Whichever is further: the count or the clock.
            let progress = max(steps.map { Double(course.state.step) / $0 } ?? 0, end.map { $0 > 0 ? clock.seconds / $0 : 1 } ?? 0)
            if progress >= 1 { break }
            if cancelled() {
                try keep()
                return nil
            }
            let epoch = course.state.step / course.stepsPerEpoch + 1
            course.step(progress: progress)
            guard course.state.lossSum.isFinite else { throw Divergence(epoch: epoch, peakRate: plan.recipe.peakRate) }
            onEvent(.step(progress: progress, epoch: epoch, seconds: clock.seconds))
            if let checkpoint, clock.seconds - kept > checkpoint.interval {
                try keep()
                kept = clock.seconds
            }
        }
        if let seconds = plan.seconds, course.state.step == 0 { throw TooShort(seconds: seconds) }
        onEvent(.judging)
        try keep()
        let trained = trained(network, course.state.judged)
        guard let evaluation = task.evaluation(of: trained, judge: .test, shouldStop: cancelled) else { return nil }
        guard evaluation.loss.isFinite else { throw Divergence(epoch: curve.count, peakRate: plan.recipe.peakRate) }
        let seconds = clock.seconds
        let recipe = recipe(
            network, images: indices.count, epochs: Double(course.state.step) / Double(course.stepsPerEpoch), evaluation, curve, seconds)
        return Outcome(
            file: ModelFile(trained, examples: examples(trained), recipe: recipe), confusion: evaluation.confusion, seconds: seconds)
    }

    private func trained(_ network: Network, _ parameters: Tensor) -> TrainedNetwork {
        let calibration = task.trainingImages(task.splits.calibrationIndices, device: plan.device).images
        return TrainedNetwork(network, parameters, calibration: calibration)
    }

    /// How many times its estimate the judging may take.
    private static let caution = 1.5

    /// Seconds to keep for the judging, from that of the first images.
    private func reserve(_ network: Network, _ clock: Stopwatch) -> Double {
        let started = clock.seconds
        let fresh = trained(network, Scorer.initialParameters(network, seed: plan.seed, device: plan.device))
        let calibrated = clock.seconds
        // Of the training file: the test part is left alone until the end.
        let chunk = task.splits.validate.prefix(NetworkEvaluation.chunk)
        _ = fresh.logits(task.trainingImages(chunk, device: plan.device).images).doubles
        let chunks = Double(task.dataset.test.count) / Double(chunk.count)
        return (calibrated - started + (clock.seconds - calibrated) * chunks) * Self.caution
    }

    /// The first images of the test part and their logits.
    private func examples(_ trained: TrainedNetwork) -> (images: TensorSnapshot, logits: TensorSnapshot) {
        let test = task.dataset.test
        let count = min(ModelFile.exampleCount, test.count)
        let logits = trained.logits(test.images(at: 0..<count, task.normalization, device: plan.device))
        return (
            images: TensorSnapshot(
                type: .uint8, shape: [count] + task.imageShape, bytes: Array(test.pixels.prefix(count * test.imageSize))),
            logits: TensorSnapshot(logits)
        )
    }

    /// All that the training depends on, time aside, as a text: a checkpoint belongs to one of them.
    private var identity: String {
        ([
            "\(plan.recipe)", plan.epochs.map { "\($0) epochs" } ?? "by time", "seed \(plan.seed)", plan.normKind.rawValue,
            "\(plan.device)",
            task.dataset.hash, "\(task.splits.calibrationIndices.prefix(4))", space.contentHash, space.hash(of: architecture),
            Runtime.libtorchVersion, Network.instructions,
        ] + space.settings.map { "\($0.name) \($0.value)" }).joined(separator: "; ")
    }

    private func recipe(
        _ network: Network, images: Int, epochs: Double, _ evaluation: NetworkEvaluation, _ curve: [TrainingPoint], _ seconds: Double
    ) -> ModelRecipe {
        let cost = network.graph.cost
        return ModelRecipe(
            space: space.name, spaceHash: space.contentHash, spaceText: space.selfContainedText,
            spaceSettings: Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) }),
            architecture: notation ?? space.notation(of: architecture), architectureHash: space.hash(of: architecture),
            image: task.imageShape, classes: task.dataset.train.classNames, dataset: task.dataset.name, datasetHash: task.dataset.hash,
            mean: task.normalization.mean, std: task.normalization.standardDeviation, normKind: plan.normKind.rawValue,
            training: plan.recipe, epochs: epochs, images: images, seed: plan.seed, splitSeed: task.seed, accuracy: evaluation.accuracy,
            loss: evaluation.loss, curve: curve, parameters: cost.parameters, macs: cost.macs,
            seconds: plan.seconds == nil ? nil : seconds,
            versions: ["libtorch": Runtime.libtorchVersion, "instructions": Network.instructions])
    }
}
