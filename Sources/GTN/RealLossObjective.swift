import Basics
import Tensors

/// A low loss on real images after training on the curriculum: learners are to be taught.
public struct RealLossObjective: MetaObjective, Hashable, Codable {
    /// Real images that a learner is evaluated on.
    public var metaBatch: Int
    /// Whether each part of each learner's gradient is scaled to norm 1: gradients of unlike learners differ a hundredfold, and their plain
    /// mean would follow the one nearest to divergence. Learners of one network do without.
    public var normalizesGradients: Bool
    /// Weight of the losses after the steps before the last, together; 0 counts the loss of the trained learner alone.
    public var intermediate: Double
    /// Maximum number of steps that a learner's gradient flows back through; nil for all of them.
    ///
    /// The last of them is drawn for each learner, which is evaluated there (Feng et al., "Embarrassingly Simple Dataset Distillation",
    /// 2024, section 4: windows placed at random).
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
