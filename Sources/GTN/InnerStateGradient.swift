import Tensors

/// ∂L/∂state at one point of a training, and its backward step through the optimizer.
struct InnerStateGradient {
    /// The gradient with respect to the parameters: λ = ∂L/∂θ.
    var parameters: Tensor
    private var velocity: Tensor
    private var square: Tensor?
    private var decayed: (first: Tensor, second: Tensor)

    /// Creates the gradient after the last step, before any loss has been added.
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

    /// ∂L/∂(η, μ, β₂) of one step.
    struct OfSchedule {
        let learningRate: Tensor
        let momentum: Tensor
        var secondMomentDecay: Tensor?
    }

    /// Propagates the gradient back over the step from `state` to `next` with gradient g.
    ///
    /// - Returns: d = ∂L/∂g; ∂L/∂(η, μ, β₂); and ∂L/∂state without the part that flows through g.
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
            // The gradient of s / (1 − ∏β₂).
            let ofCorrected = -Self.overTwice(ofMade * made / scale, scale - InnerOptimizer.epsilon)
            let ofSquare = square! + ofCorrected / second
            // A larger ∏ shrinks 1 − ∏ and enlarges the moments divided by it.
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

    /// Returns a / (2 root), and a finite number where the root is zero. A root is zero only where every gradient so far was zero.
    private static func overTwice(_ a: Tensor, _ root: Tensor) -> Tensor { a / (root * 2).clamped(1e-30, .infinity) }
}
