import Datasets
import Foundation
import Networks
import SearchSpace
import Tensors

/// Training on real images: stochastic gradient descent with Nesterov's momentum and a one-cycle rate, all candidates alike.
///
/// The rate rises linearly to its peak over the first fifth of the steps and falls linearly to zero over the rest (Smith and Topin,
/// "Super-Convergence", 2018).
public struct RealTraining: Sendable {
    public struct Recipe: Sendable, Hashable, Codable {
        public var batch = 128
        public var peakRate = 0.1
        public var momentum = 0.9
        public var weightDecay = 5e-4
        public var warmUp = 0.2
        /// What a training to the end adds; nil where candidates are compared.
        public var refinements: Refinements?
        public init() {}
    }

    /// What makes a long training better.
    public struct Refinements: Sendable, Hashable, Codable {
        public var decay = RateDecay.cosine
        /// ε: labels are (1 − ε) · one-hot + ε / classes (Szegedy et al., "Rethinking the Inception Architecture", 2016, section 7).
        public var labelSmoothing = 0.0
        /// Of the average of iterates that is judged, d: ā ← d ā + (1 − d) θ after each step; while few steps are made, (1 + n) / (10 + n)
        /// where that is less, so that the first iterates are soon forgotten.
        public var averageDecay = 0.99
        public var augmentation: Augmentation
        /// Parts of a batch that are worked on at the same time. Norms take each part's own statistics (Hoffer, Hubara and Soudry, "Train
        /// Longer, Generalize Better", 2017, section 4.2), so that the result depends on this number and not on that of the threads.
        public var shards = 2
        public init(_ augmentation: Augmentation) { self.augmentation = augmentation }
    }

    /// How the rate falls from its peak to zero.
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
        /// On the images that judge.
        public let accuracy: Double
        public let loss: Double
        /// Mean training loss of each epoch.
        public let epochLosses: [Double]
        public let seconds: Double
    }

    /// Trains for `epochs` whole passes over `indices` of the training file and judges, unless told otherwise on the `validate` split.
    ///
    /// - Returns: nil when `shouldStop` said so before the end.
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

    /// The parameters after `epochs` whole passes over `indices`, and the mean loss of each; nil when `shouldStop` said so before the end.
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

    /// The learning rate after this fraction of the steps.
    func rate(at progress: Double) -> Double {
        if progress < recipe.warmUp { return recipe.peakRate * (progress / recipe.warmUp) }
        let fallen = (1 - progress) / (1 - recipe.warmUp)
        switch recipe.refinements?.decay ?? .linear {
        case .linear: return recipe.peakRate * fallen
        case .cosine: return recipe.peakRate * (1 - cos(.pi * fallen)) / 2
        }
    }
}
