import Basics
import Tensors

/// What meta-training asks of its learners: which loss each one's gradient is of, and how the gradients of a meta-step become one.
///
/// The teacher's curriculum, the learners and the meta-optimizer are the same for every objective.
public protocol MetaObjective: Sendable {
    /// The loss of one learner that trains on a curriculum of `steps` steps, and the steps that its gradient flows through.
    ///
    /// - Parameters:
    ///   - steps: T of the curriculum.
    ///   - task: the source of real images.
    ///   - random: the source of every random choice.
    ///   - device: of the real images.
    func learnerLoss(steps: Int, on task: LearningTask, using random: inout SeededGenerator, device: Device) -> LearnerLoss

    /// The loss of a meta-step and the weights of its learners' gradients.
    ///
    /// - Parameter results: those of the learners that did not diverge, at least one, in the order in which they were drawn.
    func combination(of results: [LearnerResult]) -> GradientCombination
}

/// The loss that one learner's gradient is of.
public struct LearnerLoss {
    /// The steps that the gradient flows through, from the first to before the end; the training ends with the last of them.
    public let window: Range<Int>
    /// Over the steps up to the window's end.
    public let loss: Adjoint.Objective

    public init(window: Range<Int>, loss: Adjoint.Objective) {
        self.window = window
        self.loss = loss
    }
}

/// The result of a learner's training, without the gradient itself.
public struct LearnerResult: Sendable {
    /// On real images after the last step; where these do not count, the weighted sum of the curriculum's own losses.
    public let loss: Double
    /// Norms of the gradient's parts: images, labels, rates, momenta, and decays where there are any.
    public let norms: [Double]
    /// ``Learner/accuracy``
    public let accuracy: Double?
    /// ``Learner/besideLoss``
    public let besideLoss: Double?
}

/// How the gradients of a meta-step's learners become one.
public struct GradientCombination: Sendable, Hashable {
    /// The loss that the meta-step reports.
    public let loss: Double
    /// Factor of each part of each learner's gradient in their mean, as [learner][part]; nil where the results ask for no step.
    public let weights: [[Double]]?

    public init(loss: Double, weights: [[Double]]?) {
        self.loss = loss
        self.weights = weights
    }

    /// The mean loss, and the mean of the gradients.
    ///
    /// - Parameter normalizes: whether each part of each gradient is scaled to norm 1 before.
    static func mean(of results: [LearnerResult], normalizes: Bool) -> GradientCombination {
        GradientCombination(
            loss: results.meanLoss, weights: results.map { $0.norms.map { normalizes && $0 > 0 ? 1 / $0 : 1 } })
    }
}

extension [LearnerResult] {
    var meanLoss: Double { reduce(0) { $0 + $1.loss } / Double(count) }
}
