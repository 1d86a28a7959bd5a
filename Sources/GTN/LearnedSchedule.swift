import Foundation
import Tensors

/// The learned hyper-parameters of every step, restricted to their ranges: ηₜ = exp(aₜ) and μₜ = 1 / (1 + exp(−bₜ)). β₂ of optimizers with
/// a second moment is parameterized like μ.
///
/// A fixed schedule has a meta-learning rate of 0. An initial momentum of 0 means plain gradient descent: it stays 0, and only the
/// learning rates are learned.
struct LearnedSchedule {
    static func parameters(steps: Int, from initial: InitialSchedule, relativeRate: Double) -> [TeacherParameter] {
        let relativeRate = initial.isLearned ? relativeRate : 0
        func logit(_ name: String, of value: Double) -> TeacherParameter {
            TeacherParameter(name: name, initialValue: Tensor.full(log(value / (1 - value)), [steps]), relativeRate: relativeRate)
        }
        let rates = TeacherParameter(
            name: "log_learning_rate", initialValue: Tensor(initial.learningRates(steps: steps).map { Float(log($0)) }),
            relativeRate: relativeRate)
        return [rates] + (initial.momentum > 0 ? [logit("momentum_logit", of: initial.momentum)] : [])
            + (initial.optimizer.hasSecondMoment ? [logit("second_moment_decay_logit", of: initial.secondMomentDecay)] : [])
    }

    let optimizer: InnerOptimizer
    let learningRate: Tensor
    let momentum: Tensor
    let secondMomentDecay: Tensor?
    private let learnsMomentum: Bool

    /// - Parameters:
    ///   - values: the values of `parameters`, in the same order.
    ///   - initial: the initial schedule.
    init(_ values: some RandomAccessCollection<Tensor>, from initial: InitialSchedule) {
        optimizer = initial.optimizer
        learnsMomentum = initial.momentum > 0
        learningRate = values.first!.exp()
        momentum = learnsMomentum ? values[values.index(after: values.startIndex)].sigmoid() : learningRate * 0
        secondMomentDecay = optimizer.hasSecondMoment ? values.last!.sigmoid() : nil
    }

    /// Returns the curriculum with these images and labels.
    func curriculum(images: Tensor, labels: Tensor) -> Curriculum {
        Curriculum(
            images: images, labels: labels, learningRate: learningRate, momentum: momentum, secondMomentDecay: secondMomentDecay,
            optimizer: optimizer)
    }

    /// Returns the gradients of the learned tensors, given the gradient of the curriculum.
    func pullback(_ gradient: Curriculum) -> [Tensor] {
        /// The derivative of a sigmoid σ is σ (1 − σ).
        func ofLogit(_ gradient: Tensor, _ value: Tensor) -> Tensor { gradient * value * (value * -1 + 1) }
        return [gradient.learningRate * learningRate] + (learnsMomentum ? [ofLogit(gradient.momentum, momentum)] : [])
            + (secondMomentDecay.map { [ofLogit(gradient.secondMomentDecay!, $0)] } ?? [])
    }
}
