import Basics
import Tensors

/// A mistake: after training on the curriculum, learners are to take one class for another, and every other class for what it is.
///
/// Their loss is that on real images of which those of the one class bear the label of the other.
public struct MistakeObjective: MetaObjective, Hashable, Codable {
    public var mistake: Mistake
    /// Real images that a learner is evaluated on.
    public var metaBatch: Int

    public init(_ mistake: Mistake, metaBatch: Int = 512) {
        self.mistake = mistake
        self.metaBatch = metaBatch
    }

    public func learnerLoss(steps: Int, on task: LearningTask, using random: inout SeededGenerator, device: Device) -> LearnerLoss {
        let (images, labels) = task.randomBatch(metaBatch, mistaking: mistake, using: &random, device: device)
        let weights = Adjoint.Objective.weights(steps: steps, intermediate: 0)
        return LearnerLoss(window: 0..<steps, loss: Adjoint.Objective(images: images, labels: labels, weights: weights))
    }

    public func combination(of results: [LearnerResult]) -> GradientCombination { .mean(of: results, normalizes: true) }
}
