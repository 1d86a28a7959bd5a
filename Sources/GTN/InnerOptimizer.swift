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
    /// Adam (Kingma and Ba, 2015, algorithm 1); its β₁ is the momentum. Where the decays differ from step to step, their powers are products:
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

/// Parameters and moments between two inner steps, flat and without a graph.
struct InnerState {
    let parameters: Tensor
    /// The velocity, or first moment.
    var velocity: Tensor
    /// The second moment, of optimizers that have one.
    var square: Tensor?
    /// ∏μ and ∏β₂ over the steps so far, which Adam corrects its moments by.
    var decayed = (first: 1.0, second: 1.0)

    /// The start: nothing has moved yet.
    init(_ parameters: Tensor, _ optimizer: InnerOptimizer) {
        let zero = Tensor.zeros(parameters.shape, type: parameters.type, device: parameters.device)
        self.init(parameters: parameters.detached, velocity: zero, square: optimizer.hasSecondMoment ? zero : nil)
    }

    init(parameters: Tensor, velocity: Tensor, square: Tensor? = nil, decayed: (first: Double, second: Double) = (1, 1)) {
        self.parameters = parameters
        self.velocity = velocity
        self.square = square
        self.decayed = decayed
    }

    /// The state after a step against `gradient`.
    func after(_ gradient: Tensor, _ step: StepSchedule, _ optimizer: InnerOptimizer) -> InnerState {
        withoutGradients {
            switch optimizer {
            case .sgd:
                let velocity = self.velocity * step.momentum + gradient
                return InnerState(parameters: parameters - velocity * step.learningRate, velocity: velocity)
            case .rmsprop:
                let square = nextSquare(gradient, step)
                let velocity = self.velocity * step.momentum + gradient / (square.squareRoot() + InnerOptimizer.epsilon)
                return InnerState(parameters: parameters - velocity * step.learningRate, velocity: velocity, square: square)
            case .adam:
                var next = self
                next.velocity = velocity * step.momentum + gradient * (1 - step.momentum)
                next.square = nextSquare(gradient, step)
                next.decayed = (decayed.first * step.momentum, decayed.second * step.secondMomentDecay)
                return InnerState(
                    parameters: parameters - next.adamStep * step.learningRate, velocity: next.velocity, square: next.square,
                    decayed: next.decayed)
            }
        }
    }

    private func nextSquare(_ gradient: Tensor, _ step: StepSchedule) -> Tensor {
        square! * step.secondMomentDecay + gradient * gradient * (1 - step.secondMomentDecay)
    }

    /// √(s / (1 − ∏β₂)) + ε
    fileprivate var adamScale: Tensor { (square! / (1 - decayed.second)).squareRoot() + InnerOptimizer.epsilon }
    /// (v / (1 − ∏μ)) / (√(s / (1 − ∏β₂)) + ε)
    fileprivate var adamStep: Tensor { velocity / (1 - decayed.first) / adamScale }
}

/// ∂L/∂state at one place of a training, and how it goes backward over the optimizer's part of a step.
struct InnerStateGradient {
    /// λ = ∂L/∂θ
    var parameters: Tensor
    private var velocity: Tensor
    private var square: Tensor?
    private var decayed: (first: Tensor, second: Tensor)

    /// At the end, where the loss depends on nothing yet.
    init(like state: InnerState) {
        let parameters = state.parameters
        let zero = Tensor.zeros(parameters.shape, type: parameters.type, device: parameters.device)
        let none = Tensor.zeros([], type: parameters.type, device: parameters.device)
        self.init(parameters: zero, velocity: zero, square: state.square.map { _ in zero }, decayed: (none, none))
    }

    private init(parameters: Tensor, velocity: Tensor, square: Tensor? = nil, decayed: (first: Tensor, second: Tensor)) {
        self.parameters = parameters
        self.velocity = velocity
        self.square = square
        self.decayed = decayed
    }

    /// ∂L/∂(η, μ, β₂) of one step; β₂ of optimizers that have it.
    struct OfSchedule {
        let learningRate: Tensor
        let momentum: Tensor
        var secondMomentDecay: Tensor?
    }

    /// Back over the step from `state` to `next` against `gradient` g.
    ///
    /// - Returns: d = ∂L/∂g; ∂L/∂(η, μ, β₂); and ∂L/∂state, but for what it has through g.
    func before(
        _ state: InnerState, _ gradient: Tensor, _ next: InnerState, _ step: StepSchedule, _ optimizer: InnerOptimizer
    ) -> (d: Tensor, schedule: OfSchedule, state: InnerStateGradient) {
        switch optimizer {
        case .sgd:
            let d = velocity - parameters * step.learningRate
            return (
                d, OfSchedule(learningRate: -parameters.dot(next.velocity), momentum: d.dot(state.velocity)),
                InnerStateGradient(parameters: parameters, velocity: d * step.momentum, decayed: decayed)
            )
        case .rmsprop:
            let ofVelocity = velocity - parameters * step.learningRate
            let root = next.square!.squareRoot()
            let d = ofVelocity / (root + InnerOptimizer.epsilon)
            let scaled = gradient / (root + InnerOptimizer.epsilon)
            let ofSquare = square! - Self.overTwice(d * scaled, root)
            return (
                d + gradient * ofSquare * (2 * (1 - step.secondMomentDecay)),
                OfSchedule(
                    learningRate: -parameters.dot(next.velocity), momentum: ofVelocity.dot(state.velocity),
                    secondMomentDecay: ofSquare.dot(state.square! - gradient * gradient)),
                InnerStateGradient(
                    parameters: parameters, velocity: ofVelocity * step.momentum, square: ofSquare * step.secondMomentDecay,
                    decayed: decayed)
            )
        case .adam:
            let (made, scale) = (next.adamStep, next.adamScale)
            let ofMade = parameters * -step.learningRate
            let (first, second) = (1 - next.decayed.first, 1 - next.decayed.second)
            let ofVelocity = velocity + ofMade / scale / first
            // Of s / (1 − ∏β₂).
            let ofCorrected = -Self.overTwice(ofMade * made / scale, scale - InnerOptimizer.epsilon)
            let ofSquare = square! + ofCorrected / second
            // 1 − ∏ falls as ∏ rises, and the moments divided by it grow.
            let ofFirst = decayed.first + ofMade.dot(made) / first
            let ofSecond = decayed.second + ofCorrected.dot(next.square!) / (second * second)
            return (
                ofVelocity * (1 - step.momentum) + gradient * ofSquare * (2 * (1 - step.secondMomentDecay)),
                OfSchedule(
                    learningRate: -parameters.dot(made),
                    momentum: ofVelocity.dot(state.velocity - gradient) + ofFirst * state.decayed.first,
                    secondMomentDecay: ofSquare.dot(state.square! - gradient * gradient) + ofSecond * state.decayed.second),
                InnerStateGradient(
                    parameters: parameters, velocity: ofVelocity * step.momentum, square: ofSquare * step.secondMomentDecay,
                    decayed: (ofFirst * step.momentum, ofSecond * step.secondMomentDecay))
            )
        }
    }

    /// a / (2 root) where the root is not zero; elsewhere the gradient was always zero, and the root stays.
    private static func overTwice(_ a: Tensor, _ root: Tensor) -> Tensor { a / (root * 2).clamped(1e-30, .infinity) }
}
