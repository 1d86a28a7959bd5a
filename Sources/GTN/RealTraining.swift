import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// Training on real images, equal for all candidates: stochastic gradient descent with Nesterov momentum and a one-cycle learning rate.
///
/// The learning rate rises linearly to its peak over the first fifth of the steps and falls linearly to zero over the rest (Smith and
/// Topin, "Super-Convergence", 2018).
public struct RealTraining: Sendable {
    public struct Recipe: Sendable, Hashable, Codable {
        public var batch = 128
        public var peakRate = 0.1
        public var momentum = 0.9
        public var weightDecay = 5e-4
        public var warmUp = 0.2
        /// The additions of full training; nil when candidates are compared.
        public var refinements: Refinements?
        public init() {}
    }

    /// The additions that improve a long training.
    public struct Refinements: Sendable, Hashable, Codable {
        public var decay = RateDecay.cosine
        /// ε: labels are (1 − ε) · one-hot + ε / classes (Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7).
        public var labelSmoothing = 0.0
        /// Decay d of the average of iterates, which is evaluated: ā ← d ā + (1 − d) θ after each step. Step n uses (1 + n) / (10 + n) if
        /// that is smaller, so the first iterates are soon forgotten.
        public var averageDecay = 0.99
        public var augmentation: Augmentation
        /// Number of parts of a batch that are computed in parallel. Norms use the statistics of each part (Hoffer, Hubara and Soudry,
        /// "Train Longer, Generalize Better", 2017, section 4.2). The result therefore depends on the number of parts, but not on the
        /// number of threads.
        public var shards = 2
        public init(_ augmentation: Augmentation) { self.augmentation = augmentation }
    }

    /// How the learning rate falls from its peak to zero.
    public enum RateDecay: String, Sendable, Hashable, CaseIterable, Codable {
        case linear
        /// Half a period of a cosine (Loshchilov and Hutter, "SGDR", 2017).
        case cosine
    }

    public let task: LearningTask
    public let recipe: Recipe
    public let calibrationIndices: [Int]
    public let device: Device

    public init(_ task: LearningTask, recipe: Recipe = Recipe(), calibrationIndices: [Int]? = nil, device: Device = .cpu) {
        self.task = task
        self.recipe = recipe
        self.calibrationIndices = calibrationIndices ?? task.splits.calibrationIndices
        self.device = device
    }

    public struct Result: Sendable {
        /// Accuracy on the evaluation split.
        public let accuracy: Double
        public let loss: Double
        /// Mean training loss of each epoch.
        public let epochLosses: [Double]
        public let seconds: Double
    }

    /// Trains for `epochs` epochs on `indices` of the training file and evaluates, by default on the `validate` split.
    ///
    /// - Returns: nil if `shouldStop` returned true before the end.
    public func train(
        _ network: Network, epochs: Int, on indices: [Int], seed: UInt64, split: EvaluationSplit = .validate,
        shouldStop: () -> Bool = { false }
    ) -> Result? {
        let started = DispatchTime.now().uptimeNanoseconds
        guard let (parameters, epochLosses) = trained(network, epochs: epochs, on: indices, seed: seed, shouldStop: shouldStop),
            let evaluation = task.evaluation(
                of: network, parameters, calibrationIndices: calibrationIndices, split: split, shouldStop: shouldStop)
        else { return nil }
        return Result(
            accuracy: evaluation.accuracy, loss: evaluation.loss.isFinite ? evaluation.loss : Scorer.divergedLoss,
            epochLosses: epochLosses, seconds: Double(DispatchTime.now().uptimeNanoseconds - started) / 1e9)
    }

    /// Returns the parameters after `epochs` epochs on `indices` and the mean loss of each epoch; nil if `shouldStop` returned true before
    /// the end.
    public func trained(
        _ network: Network, epochs: Int, on indices: [Int], seed: UInt64, shouldStop: () -> Bool = { false }
    ) -> (parameters: Tensor, epochLosses: [Double])? {
        var course = TrainingCourse(self, network, on: indices, seed: seed)
        let steps = Double(epochs * course.stepsPerEpoch)
        while course.state.step < epochs * course.stepsPerEpoch {
            if shouldStop() { return nil }
            course.step(progress: Double(course.state.step) / steps)
        }
        return (course.state.parameters, course.state.epochLosses)
    }

    /// Returns the learning rate at this fraction of the steps.
    func rate(at progress: Double) -> Double {
        if progress < recipe.warmUp { return recipe.peakRate * (progress / recipe.warmUp) }
        let fallen = (1 - progress) / (1 - recipe.warmUp)
        switch recipe.refinements?.decay ?? .linear {
        case .linear: return recipe.peakRate * fallen
        case .cosine: return recipe.peakRate * (1 - cos(.pi * fallen)) / 2
        }
    }
}
