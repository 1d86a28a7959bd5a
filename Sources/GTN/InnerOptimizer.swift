import Tensors

/// A learner's optimizer. The curriculum holds the hyper-parameters of each step, and they can be learned.
///
/// η is the learning rate, μ the momentum and β₂ the decay of the second moment in the current step.
public enum InnerOptimizer: String, Sendable, Hashable, Codable, CaseIterable {
    /// Stochastic gradient descent with momentum (Polyak's, as Sutskever et al. 2013 write it):
    ///
    ///     v ← μ v + g    θ ← θ − η v
    case sgd = "sgd-momentum"
    /// RMSProp (Tieleman and Hinton, 2012, lecture 6.5) with momentum:
    ///
    ///     s ← β₂ s + (1 − β₂) g²    v ← μ v + g / (√s + ε)    θ ← θ − η v
    case rmsprop
    /// Adam (Kingma and Ba, 2015, algorithm 1), with the momentum as β₁. The decays differ between steps, so products replace their powers.
    ///
    ///     v ← μ v + (1 − μ) g    s ← β₂ s + (1 − β₂) g²    θ ← θ − η (v / (1 − ∏μ)) / (√(s / (1 − ∏β₂)) + ε)
    case adam

    /// Added to the root of the second moment. It is larger than usual, because a step's derivative grows like 1 / ε where gradients
    /// vanish.
    public static let epsilon = 1e-5

    /// Whether a second moment scales the steps.
    public var hasSecondMoment: Bool { self != .sgd }
}

/// The hyper-parameters of one step.
struct StepSchedule {
    let learningRate: Double
    let momentum: Double
    /// Used by optimizers with a second moment.
    let secondMomentDecay: Double
}
