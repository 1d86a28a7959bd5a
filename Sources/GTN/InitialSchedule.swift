import Foundation

/// The initial hyper-parameters of a learned schedule. They are constant, except that the learning rate falls linearly toward zero at the
/// end.
public struct InitialSchedule: Sendable, Hashable, Codable {
    public var learningRate: Double
    public var momentum: Double
    /// Share of the steps over which the learning rate falls.
    public var decay: Double
    public var optimizer: InnerOptimizer
    /// Decay of the second moment, for optimizers with one. It is low, because few steps need a short memory.
    public var secondMomentDecay: Double
    /// Whether the schedule is learned. Learning rates learned with one kind of network grow as large as that kind tolerates. Images
    /// learned at fixed, moderate learning rates may also teach other kinds.
    public var isLearned: Bool

    public init(
        learningRate: Double = 0.7, momentum: Double = 0.9, decay: Double = 0.4, optimizer: InnerOptimizer = .sgd,
        secondMomentDecay: Double = 0.95,
        isLearned: Bool = true
    ) {
        self.learningRate = learningRate
        self.momentum = momentum
        self.decay = decay
        self.optimizer = optimizer
        self.secondMomentDecay = secondMomentDecay
        self.isLearned = isLearned
    }

    /// Returns schedules that were measured to work well with budgets of minutes.
    public static func standard(for optimizer: InnerOptimizer) -> InitialSchedule {
        InitialSchedule(learningRate: optimizer == .sgd ? 0.7 : 0.02, optimizer: optimizer)
    }

    /// Older files lack the optimizer, and the oldest always learned their schedule.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            learningRate: try values.decode(Double.self, forKey: .learningRate),
            momentum: try values.decode(Double.self, forKey: .momentum),
            decay: try values.decode(Double.self, forKey: .decay))
        if let optimizer = try values.decodeIfPresent(InnerOptimizer.self, forKey: .optimizer) { self.optimizer = optimizer }
        if let decay = try values.decodeIfPresent(Double.self, forKey: .secondMomentDecay) { secondMomentDecay = decay }
        if let isLearned = try values.decodeIfPresent(Bool.self, forKey: .isLearned) { self.isLearned = isLearned }
    }

    /// Returns ηₜ = η · min(1, (1 − p) / decay), with p = (t + ½) / T at the middle of each step.
    func learningRates(steps: Int) -> [Double] {
        (0..<steps).map { step in
            let left = 1 - (Double(step) + 0.5) / Double(steps)
            return learningRate * (left < decay ? left / decay : 1)
        }
    }
}
