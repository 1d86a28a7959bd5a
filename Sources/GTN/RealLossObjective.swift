import Basics
import Tensors

/// The objective of a low loss on real images after training on the curriculum.
public struct RealLossObjective: MetaObjective, Hashable, Codable {
    /// Number of real images that evaluate a learner.
    public var metaBatch: Int
    /// Whether each part of each learner's gradient is scaled to norm 1. Gradient norms differ a hundredfold between architectures, so the
    /// learner nearest to divergence would dominate a plain mean. Learners of a single network do not need it.
    public var normalizesGradients: Bool
    /// Total weight of the losses after the steps before the last; 0 counts only the trained learner's loss.
    public var intermediate: Double
    /// Maximum number of steps through which a learner's gradient flows back; nil for all steps.
    ///
    /// The last step of this window is drawn for each learner, which is evaluated there (Feng et al., "Embarrassingly Simple Dataset
    /// Distillation", 2024, section 4: randomly placed windows).
    public var window: Int?

    public init(metaBatch: Int = 256, normalizesGradients: Bool = true, intermediate: Double = 0, window: Int? = nil) {
        self.metaBatch = metaBatch
        self.normalizesGradients = normalizesGradients
        self.intermediate = intermediate
        self.window = window
    }

    public func learnerLoss(steps: Int, on task: LearningTask, using random: inout SeededGenerator, device: Device) -> LearnerLoss {
        let (images, labels) = task.randomBatch(metaBatch, using: &random, device: device)
        let window = window(of: steps, using: &random)
        let weights = Adjoint.Objective.weights(steps: window.upperBound, intermediate: intermediate)
        return LearnerLoss(window: window, loss: Adjoint.Objective(images: images, labels: labels, weights: weights))
    }

    private func window(of steps: Int, using random: inout SeededGenerator) -> Range<Int> {
        guard let window, window < steps else { return 0..<steps }
        let end = Int.random(in: window...steps, using: &random)
        return end - window..<end
    }

    public func combination(of results: [LearnerResult]) -> GradientCombination {
        .mean(of: results, normalizes: normalizesGradients)
    }
}
