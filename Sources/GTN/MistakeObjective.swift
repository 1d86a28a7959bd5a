import Basics
import Tensors

/// The objective of teaching a mistake: after training on the curriculum, learners classify one class as another and all other classes
/// correctly.
///
/// The loss is measured on real images, where images of the first class carry the label of the second.
public struct MistakeObjective: MetaObjective, Hashable, Codable {
    public var mistake: Mistake
    /// Number of real images that evaluate a learner.
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
