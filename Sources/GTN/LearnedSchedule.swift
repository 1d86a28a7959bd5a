import Foundation
import Tensors

/// The rates and momenta that a learned schedule starts from: constant, the rate falling linearly towards zero at the end.
public struct InitialSchedule: Sendable, Hashable, Codable {
    public var learningRate: Double
    public var momentum: Double
    /// Share of the steps over which the rate falls.
    public var decay: Double

    public init(learningRate: Double = 0.7, momentum: Double = 0.9, decay: Double = 0.4) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.decay = decay
    }

    /// ηₜ = η · min(1, (1 − p) / decay) at the middle p = (t + ½) / T of each step.
    func learningRates(steps: Int) -> [Double] {
        (0..<steps).map { step in
            let left = 1 - (Double(step) + 0.5) / Double(steps)
            return learningRate * (left < decay ? left / decay : 1)
        }
    }
}

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
