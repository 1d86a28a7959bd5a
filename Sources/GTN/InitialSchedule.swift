import Foundation

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
