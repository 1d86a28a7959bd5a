import Basics
import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// First-order scoring: a fresh learner trains on the curriculum for T steps and is evaluated on real images.
public struct Scorer: Sendable {
    public let task: LearningTask
    public let curriculum: Curriculum.Snapshot
    /// Indices into the training file of the images for batch-norm statistics.
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
        /// Mean cross-entropy on the evaluation split, in nats.
        public let loss: Double
        public let stepLosses: [Double]
        public let seconds: Double

        public var accuracy: Double { confusion.accuracy }
        /// The score that ranks candidates; higher is better. The loss resolves smaller differences than the accuracy, which counts whole
        /// images.
        public var score: Double { -loss }
    }

    /// The result of a training without an evaluation.
    public struct Fit: Sendable {
        /// Training loss of every step in nats; some are not finite if the learner diverged.
        public let stepLosses: [Double]
        public let seconds: Double
    }

    /// Returns the initial parameters for a seed.
    public static func initialParameters(_ network: Network, seed: UInt64, device: Device = .cpu) -> Tensor {
        network.layout.initialValues(using: TensorGenerator(seed: seed), device: device)
    }

    /// Returns the score of a network with fresh parameters.
    public func score(_ network: Network, seed: UInt64, split: EvaluationSplit = .score, shouldStop: () -> Bool = { false }) -> Result? {
        score(Learner(network, from: .drawn(seed: seed)), split: split, shouldStop: shouldStop)
    }

    /// Returns how well a network with fresh parameters fits the curriculum; nil if `shouldStop` returned true before the end.
    public func fit(_ network: Network, seed: UInt64, shouldStop: () -> Bool = { false }) -> Fit? {
        let clock = Stopwatch()
        let trained = train(Learner(network, from: .drawn(seed: seed)), shouldStop)
        return trained.isComplete ? Fit(stepLosses: trained.losses, seconds: clock.seconds) : nil
    }

    private func train(_ learner: Learner, _ shouldStop: () -> Bool) -> InnerLoop.Result {
        InnerLoop(learner.network).train(
            learner.initialParameters(on: device), on: curriculum.curriculum(on: device), shouldStop: shouldStop)
    }

    /// Trains and evaluates a learner.
    ///
    /// - Returns: nil if `shouldStop` returned true before the end. A learner that diverged has `Scorer.divergedLoss`, which ranks it last.
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

    /// The loss reported for a learner that diverged. It exceeds every loss of a trained network and, unlike infinity, can be written as
    /// JSON.
    public static let divergedLoss = 1e6
}

extension LearningTask {
    /// Evaluates a network with trained parameters; nil if `shouldStop` returned true before the end.
    func evaluation(
        of network: Network, _ parameters: Tensor, calibrationIndices: [Int], split: EvaluationSplit, shouldStop: () -> Bool = { false }
    ) -> NetworkEvaluation? {
        // Computing the norm statistics takes time too.
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
    /// Returns the results on the test part after a curriculum, or of untrained learners if it is nil. Learners that `shouldStop`
    /// interrupted are omitted.
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
