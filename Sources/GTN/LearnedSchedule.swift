import Foundation
import Tensors

/// Learned rate and momentum of every step, kept in their ranges: ηₜ = exp(aₜ), μₜ = 1 / (1 + exp(−bₜ)). An initial momentum of 0 stays: plain
/// gradient descent, of which the rates alone are learned.
struct LearnedSchedule {
    static func parameters(steps: Int, from initial: InitialSchedule, relativeRate: Double) -> [TeacherParameter] {
        let rates = TeacherParameter(
            name: "log_learning_rate", initialValue: Tensor(initial.learningRates(steps: steps).map { Float(log($0)) }),
            relativeRate: relativeRate)
        guard initial.momentum > 0 else { return [rates] }
        let logit = Tensor.full(log(initial.momentum / (1 - initial.momentum)), [steps])
        return [rates, TeacherParameter(name: "momentum_logit", initialValue: logit, relativeRate: relativeRate)]
    }

    let learningRate: Tensor
    let momentum: Tensor
    private let learnsMomentum: Bool

    init(_ values: some RandomAccessCollection<Tensor>) {
        learningRate = values.first!.exp()
        learnsMomentum = values.count > 1
        momentum = learnsMomentum ? values.last!.sigmoid() : learningRate * 0
    }

    /// Gradients of the learned tensors, from those of rate and momentum.
    func pullback(learningRate rateGradient: Tensor, momentum momentumGradient: Tensor) -> [Tensor] {
        [rateGradient * learningRate] + (learnsMomentum ? [momentumGradient * momentum * (momentum * -1 + 1)] : [])
    }
}
