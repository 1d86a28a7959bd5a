import Tensors

/// How a learner's parameters follow their gradients. The hyper-parameters of each step are the curriculum's, and learned.
///
/// In all of them η is the learning rate, μ the momentum and β₂ the decay of the second moment, of the step at hand.
public enum InnerOptimizer: String, Sendable, Hashable, Codable, CaseIterable {
    /// Stochastic gradient descent with momentum (Polyak's, as Sutskever et al. 2013 write it):
    ///
    ///     v ← μ v + g    θ ← θ − η v
    case sgd = "sgd-momentum"
    /// RMSProp (Tieleman and Hinton, 2012, lecture 6.5) with momentum:
    ///
    ///     s ← β₂ s + (1 − β₂) g²    v ← μ v + g / (√s + ε)    θ ← θ − η v
    case rmsprop
    /// Adam (Kingma and Ba, 2015, algorithm 1), with the momentum as β₁. The decays differ from step to step: their powers are products.
    ///
    ///     v ← μ v + (1 − μ) g    s ← β₂ s + (1 − β₂) g²    θ ← θ − η (v / (1 − ∏μ)) / (√(s / (1 − ∏β₂)) + ε)
    case adam

    /// Added to the root of the second moment: larger than usual, for the derivative of a step grows like 1 / ε where gradients vanish.
    public static let epsilon = 1e-5

    /// Whether steps are scaled by a second moment.
    public var hasSecondMoment: Bool { self != .sgd }
}

/// The hyper-parameters of one step.
struct StepSchedule {
    let learningRate: Double
    let momentum: Double
    /// Of optimizers that have a second moment.
    let secondMomentDecay: Double
}
