import Basics
import Tensors

/// The goal of meta-training: the loss of each learner, and how the gradients of a meta-step are combined.
///
/// The curriculum, the learners and the meta-optimizer do not depend on the objective.
public protocol MetaObjective: Sendable {
    /// Returns the loss of one learner that trains on a curriculum of `steps` steps, and the steps through which its gradient flows.
    ///
    /// - Parameters:
    ///   - steps: T of the curriculum.
    ///   - task: the source of real images.
    ///   - random: the random generator for all choices.
    ///   - device: the device of the real images.
    func learnerLoss(steps: Int, on task: LearningTask, using random: inout SeededGenerator, device: Device) -> LearnerLoss

    /// Returns the loss of a meta-step and the weights of its learners' gradients.
    ///
    /// - Parameter results: the results of the learners that did not diverge, at least one, in the order in which they were drawn.
    func combination(of results: [LearnerResult]) -> GradientCombination
}

/// The loss of one learner, and the steps through which its gradient flows.
public struct LearnerLoss {
    /// The steps through which the gradient flows. The training ends with the last of them.
    public let window: Range<Int>
    /// The loss over the steps before the window's end.
    public let loss: Adjoint.Objective

    public init(window: Range<Int>, loss: Adjoint.Objective) {
        self.window = window
        self.loss = loss
    }
}

/// The result of a learner's training, except the gradient.
public struct LearnerResult: Sendable {
    /// The loss on real images after the last step, or the weighted sum of the curriculum's own losses if real images have no weight.
    public let loss: Double
    /// Norms of the gradient's parts: images, labels, learning rates, momenta and, if present, second-moment decays.
    public let norms: [Double]
    /// The learner's ``Learner/accuracy``.
    public let accuracy: Double?
    /// The learner's ``Learner/besideLoss``.
    public let besideLoss: Double?
}

/// The combination of a meta-step's gradients.
public struct GradientCombination: Sendable, Hashable {
    /// The loss that the meta-step reports.
    public let loss: Double
    /// Factor of each part of each learner's gradient in the mean, as [learner][part]; nil if the results call for no step.
    public let weights: [[Double]]?

    public init(loss: Double, weights: [[Double]]?) {
        self.loss = loss
        self.weights = weights
    }

    /// Returns the mean loss and the mean of the gradients.
    ///
    /// - Parameter normalizes: whether each part of each gradient is first scaled to norm 1.
    static func mean(of results: [LearnerResult], normalizes: Bool) -> GradientCombination {
        GradientCombination(
            loss: results.meanLoss, weights: results.map { $0.norms.map { normalizes && $0 > 0 ? 1 / $0 : 1 } })
    }
}

extension [LearnerResult] {
    var meanLoss: Double { reduce(0) { $0 + $1.loss } / Double(count) }
}
