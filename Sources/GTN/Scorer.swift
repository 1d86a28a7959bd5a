import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// First-order scoring: a fresh learner trains on the curriculum for T steps and is judged on real images.
public struct Scorer: Sendable {
    public let task: LearningTask
    public let curriculum: Curriculum.Snapshot
    /// Indices into the training file of the images that batch-norm statistics come from.
    public let calibrationIndices: [Int]
    public let device: Device

    public init(_ task: LearningTask, _ curriculum: Curriculum.Snapshot, calibrationIndices: [Int], device: Device = .cpu) {
        self.task = task
        self.curriculum = curriculum
        self.calibrationIndices = calibrationIndices
        self.device = device
    }

    public struct Result: Sendable {
        public let confusion: ConfusionMatrix
        /// Mean cross-entropy on the judging images, in nats.
        public let loss: Double
        public let stepLosses: [Double]
        public let seconds: Double

        public var accuracy: Double { confusion.accuracy }
        /// What candidates are ranked by: higher is better. The loss sees differences that the accuracy, in whole images, does not.
        public var score: Double { -loss }
    }

    /// A training that no image has judged.
    public struct Fit: Sendable {
        /// Of every step, in nats; not all of them are finite in a learner that diverged.
        public let stepLosses: [Double]
        public let seconds: Double
    }

    /// The initial parameters that belong to a seed.
    public static func initialParameters(_ network: Network, seed: UInt64, device: Device = .cpu) -> Tensor {
        network.layout.initialValues(using: TensorGenerator(seed: seed), device: device)
    }

    /// The score of a network with fresh parameters.
    public func score(_ network: Network, seed: UInt64, split: EvaluationSplit = .score, shouldStop: () -> Bool = { false }) -> Result? {
        score(Learner(network, from: .drawn(seed: seed)), split: split, shouldStop: shouldStop)
    }

    /// How a network with fresh parameters fits the curriculum; nil when `shouldStop` said so before the end.
    public func fit(_ network: Network, seed: UInt64, shouldStop: () -> Bool = { false }) -> Fit? {
        let clock = Stopwatch()
        let trained = train(Learner(network, from: .drawn(seed: seed)), shouldStop)
        return trained.isComplete ? Fit(stepLosses: trained.losses, seconds: clock.seconds) : nil
    }

    private func train(_ learner: Learner, _ shouldStop: () -> Bool) -> InnerLoop.Result {
        InnerLoop(learner.network).train(
            learner.initialParameters(on: device), on: curriculum.curriculum(on: device), shouldStop: shouldStop)
    }

    /// - Returns: nil when `shouldStop` said so before the end. A learner that diverged has a loss of +∞ and no score but the last place.
    public func score(_ learner: Learner, split: EvaluationSplit = .score, shouldStop: () -> Bool = { false }) -> Result? {
        let clock = Stopwatch()
        let trained = train(learner, shouldStop)
        guard trained.isComplete else { return nil }
        guard
            let evaluation = task.evaluation(
                of: learner.network, trained.parameters, calibrationIndices: calibrationIndices, split: split, shouldStop: shouldStop)
        else { return nil }
        let isFinite = trained.isFinite && evaluation.loss.isFinite
        return Result(
            confusion: evaluation.confusion, loss: isFinite ? evaluation.loss : Self.divergedLoss, stepLosses: trained.losses,
            seconds: clock.seconds)
    }

    /// Stands for the loss of a learner that diverged: worse than any loss a trained network has, and still a number that JSON can hold.
    public static let divergedLoss = 1e6
}

extension LearningTask {
    /// How a network with trained parameters does on the images that judge; nil when `shouldStop` said so before the end.
    func evaluation(
        of network: Network, _ parameters: Tensor, calibrationIndices: [Int], split: EvaluationSplit, shouldStop: () -> Bool = { false }
    ) -> NetworkEvaluation? {
        // The statistics of the norms take their time, too.
        guard !shouldStop() else { return nil }
        let calibration = trainingImages(calibrationIndices, device: parameters.device).images
        return evaluation(of: TrainedNetwork(network, parameters, calibration: calibration), split: split, shouldStop: shouldStop)
    }

    func evaluation(of trained: TrainedNetwork, split: EvaluationSplit, shouldStop: () -> Bool = { false }) -> NetworkEvaluation? {
        let (images, indices) =
            switch split {
            case .score: (dataset.train, splits.score)
            case .validate: (dataset.train, splits.validate)
            case .test: (dataset.test, Array(0..<dataset.test.count))
            case .quick(let count): (dataset.train, Array(splits.score.prefix(count)))
            }
        return NetworkEvaluation(trained, on: images, at: indices, normalization, shouldStop: shouldStop)
    }
}

extension LearningTask {
    /// How learners do on the test part after a curriculum, or as they start; those that `shouldStop` cut short are missing.
    func tested(
        _ learners: [Learner], after curriculum: Curriculum.Snapshot?, workers: Int, device: Device,
        shouldStop: @escaping @Sendable () -> Bool
    ) -> [ConfusionMatrix] {
        parallelMap(learners.count, workers: workers) { index -> ConfusionMatrix? in
            let learner = learners[index]
            guard let curriculum else {
                return evaluation(
                    of: learner.network, learner.initialParameters(on: device), calibrationIndices: splits.calibrationIndices, split: .test,
                    shouldStop: shouldStop)?.confusion
            }
            return Scorer(self, curriculum, calibrationIndices: splits.calibrationIndices, device: device)
                .score(learner, split: .test, shouldStop: shouldStop)?.confusion
        }.compactMap { $0 }
    }
}
