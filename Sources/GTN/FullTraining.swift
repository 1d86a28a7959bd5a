import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// The full training of one architecture on real images, and its accuracy on the test part.
///
/// The network trains on the `train` and `score` splits together, because full training selects nothing by score. The accuracy on the
/// `validate` split after each epoch is only reported. The test part is read once, at the end. The average of iterates is evaluated and
/// stored, with norm statistics from the calibration images.
public struct FullTraining: TrainingJob {
    public struct Configuration: Sendable {
        /// Number of epochs; nil if only time bounds the training.
        public var epochs: Int?
        /// Seconds for the whole job, counted by the clock passed to `run`.
        public var seconds: Double?
        public var recipe: RealTraining.Recipe
        public var seed: UInt64 = 0
        public var workers = 1
        /// Threads of one operation outside the training steps.
        public var threads = ProcessInfo.processInfo.activeProcessorCount
        public var device = Device.cpu
        public var normKind = NormKind.batch
        /// The limits of the search that found the architecture, in words; nil without limits.
        public var limits: String?

        public init(epochs: Int?, seconds: Double? = nil, recipe: RealTraining.Recipe) {
            self.epochs = epochs
            self.seconds = seconds
            self.recipe = recipe
        }

        /// Returns the default recipe: the best for networks of a few thousand parameters, which underfit rather than overfit.
        public static func recipe(_ augmentation: Augmentation) -> RealTraining.Recipe {
            var recipe = RealTraining.Recipe()
            recipe.peakRate = 0.2
            recipe.refinements = RealTraining.Refinements(augmentation)
            return recipe
        }
    }

    public enum Event: Sendable {
        /// The completed share of the training, and the current epoch, counted from 1.
        case step(progress: Double, epoch: Int, seconds: Double)
        case epoch(TrainingPoint, seconds: Double)
        case evaluating
    }

    /// The result; nil if the job was cancelled, whose progress is in the checkpoint.
    public typealias Outcome = Result?

    public struct Result: Sendable {
        public let file: ModelFile
        public let confusion: ConfusionMatrix
        public let seconds: Double
    }

    /// An error: the budget ended before the first step.
    public struct TooShort: InputMistake, Hashable {
        public let seconds: Double
        public var description: String {
            """
            a budget of \((seconds * 10).rounded() / 10) s is too short: loading the data and evaluating leave no time for training; \
            increase the budget
            """
        }
    }

    /// An error: the loss became infinite or NaN.
    public struct Divergence: UserError, Hashable {
        public let epoch: Int
        public let peakRate: Double

        public var message: UserMessage {
            "the training diverged in epoch \(epoch); try a lower \(setting: "rate") than \(peakRate)"
        }
        public var description: String { message.description }
    }

    public let task: LearningTask
    public let space: SearchSpace
    public let architecture: Architecture
    /// The architecture as the user wrote it; nil for the space's own notation.
    public let notation: String?
    public let configuration: Configuration

    public init(
        _ task: LearningTask, _ space: SearchSpace, _ architecture: Architecture, notation: String? = nil, _ configuration: Configuration
    ) {
        self.task = task
        self.space = space
        self.architecture = architecture
        self.notation = notation
        self.configuration = configuration
    }

    public var threads: Int { configuration.threads }
    public var budget: Double? { configuration.seconds }
    public var identity: JobIdentity {
        var defaults = Configuration(epochs: nil, recipe: RealTraining.Recipe())
        // The defaults of a recipe depend on whether it has refinements.
        if configuration.recipe.refinements != nil { defaults.recipe = Configuration.recipe(.none) }
        return JobIdentity(of: "full training", configuration, defaults: defaults, task, space, architecture)
    }

    /// Trains and evaluates the network.
    public func outcome(of job: JobRun<Event>) throws -> Outcome {
        let (clock, cancelled) = (job.clock, job.cancelled)
        let network = Network(space.canonicalGraph(of: architecture), normKind: configuration.normKind)
        let indices = (task.splits.train + task.splits.score).sorted()
        let earlier = try TrainingCourse.State.resumed(
            from: job, network, isAveraged: configuration.recipe.refinements != nil, on: configuration.device)
        let end = configuration.seconds.map { $0 - reserve(network, clock) }
        var course = TrainingCourse(
            RealTraining(task, recipe: configuration.recipe, device: configuration.device), network, on: indices, seed: configuration.seed,
            from: earlier?.state,
            workers: configuration.workers)
        var curve = earlier?.curve ?? []
        let steps = configuration.epochs.map { Double($0 * course.stepsPerEpoch) }
        func keep() throws { try course.state.writeCheckpoint(of: job, curve: curve) }

        while true {
            // Evaluation comes first: a run may have been interrupted between an epoch's last step and its evaluation.
            if curve.count < course.state.step / course.stepsPerEpoch {
                guard
                    let evaluation = task.evaluation(of: trained(network, course.state.evaluated), split: .validate, shouldStop: cancelled)
                else {
                    try keep()
                    return nil
                }
                let point = TrainingPoint(
                    epoch: curve.count + 1, trainingLoss: course.state.epochLosses[curve.count], accuracy: evaluation.accuracy)
                curve.append(point)
                job.report(.epoch(point, seconds: clock.seconds))
            }
            // The count or the clock, whichever has progressed further.
            let progress = max(steps.map { Double(course.state.step) / $0 } ?? 0, end.map { $0 > 0 ? clock.seconds / $0 : 1 } ?? 0)
            if progress >= 1 { break }
            if cancelled() {
                try keep()
                return nil
            }
            let epoch = course.state.step / course.stepsPerEpoch + 1
            course.step(progress: progress)
            guard course.state.lossSum.isFinite else { throw Divergence(epoch: epoch, peakRate: configuration.recipe.peakRate) }
            job.report(.step(progress: progress, epoch: epoch, seconds: clock.seconds))
            if job.isCheckpointDue { try keep() }
        }
        if let seconds = configuration.seconds, course.state.step == 0 { throw TooShort(seconds: seconds) }
        job.report(.evaluating)
        try keep()
        let trained = trained(network, course.state.evaluated)
        guard let evaluation = task.evaluation(of: trained, split: .test, shouldStop: cancelled) else { return nil }
        guard evaluation.loss.isFinite else { throw Divergence(epoch: curve.count, peakRate: configuration.recipe.peakRate) }
        let seconds = clock.seconds
        let recipe = recipe(
            network, images: indices.count, epochs: Double(course.state.step) / Double(course.stepsPerEpoch), evaluation, curve, seconds)
        return Result(
            file: ModelFile(trained, examples: examples(trained), recipe: recipe), confusion: evaluation.confusion, seconds: seconds)
    }

    private func trained(_ network: Network, _ parameters: Tensor) -> TrainedNetwork {
        let calibration = task.trainingImages(task.splits.calibrationIndices, device: configuration.device).images
        return TrainedNetwork(network, parameters, calibration: calibration)
    }

    /// Safety factor for the estimated time of the final evaluation.
    private static let caution = 1.5

    /// Returns the seconds to reserve for the final evaluation, estimated from the first images.
    private func reserve(_ network: Network, _ clock: Stopwatch) -> Double {
        let started = clock.seconds
        let fresh = trained(network, Scorer.initialParameters(network, seed: configuration.seed, device: configuration.device))
        let calibrated = clock.seconds
        // Images of the training file, because the test part must not be read before the end.
        let chunk = task.splits.validate.prefix(NetworkEvaluation.chunk)
        _ = fresh.logits(task.trainingImages(chunk, device: configuration.device).images).doubles
        let chunks = Double(task.dataset.test.count) / Double(chunk.count)
        return (calibrated - started + (clock.seconds - calibrated) * chunks) * Self.caution
    }

    /// Returns the first images of the test part and their logits.
    private func examples(_ trained: TrainedNetwork) -> (images: TensorSnapshot, logits: TensorSnapshot) {
        let test = task.dataset.test
        let count = min(ModelFile.exampleCount, test.count)
        let logits = trained.logits(test.images(at: 0..<count, task.normalization, device: configuration.device))
        return (
            images: TensorSnapshot(
                type: .uint8, shape: [count] + task.imageShape, bytes: Array(test.pixels.prefix(count * test.imageSize))),
            logits: TensorSnapshot(logits)
        )
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
            mean: task.normalization.mean, std: task.normalization.standardDeviation, normKind: configuration.normKind.rawValue,
            training: configuration.recipe, epochs: epochs, images: images, seed: configuration.seed, splitSeed: task.seed,
            accuracy: evaluation.accuracy,
            loss: evaluation.loss, curve: curve, parameters: cost.parameters, macs: cost.macs,
            limits: configuration.limits, seconds: configuration.seconds == nil ? nil : seconds,
            versions: ["libtorch": Runtime.libtorchVersion, "instructions": Network.instructions])
    }
}

/// The fields that the training depends on, encoded for checkpoints. A time-bounded training may resume with another budget.
extension FullTraining.Configuration: Encodable {
    private enum CodingKeys: CodingKey {
        case epochs, recipe, seed, device, normKind
    }
}
