import Foundation
import Tensors

/// Learned rate and momentum of every step, kept in their ranges: ηₜ = exp(aₜ), μₜ = 1 / (1 + exp(−bₜ)).
struct LearnedSchedule {
    static func parameters(steps: Int, from initial: InitialSchedule, relativeRate: Double) -> [TeacherParameter] {
        [
            TeacherParameter(
                name: "log_learning_rate", initialValue: Tensor(initial.learningRates(steps: steps).map { Float(log($0)) }),
                relativeRate: relativeRate),
            TeacherParameter(
                name: "momentum_logit", initialValue: Tensor.full(log(initial.momentum / (1 - initial.momentum)), [steps]),
                relativeRate: relativeRate),
        ]
    }

    let learningRate: Tensor
    let momentum: Tensor

    init(_ values: some RandomAccessCollection<Tensor>) {
        learningRate = values.first!.exp()
        momentum = values.last!.sigmoid()
    }

    /// Gradients of the two learned tensors, from those of rate and momentum.
    func pullback(learningRate rateGradient: Tensor, momentum momentumGradient: Tensor) -> [Tensor] {
        [rateGradient * learningRate, momentumGradient * momentum * (momentum * -1 + 1)]
    }
}
