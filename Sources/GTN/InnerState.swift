import Tensors

/// The parameters and moments between two inner steps, as flat vectors without a graph.
struct InnerState {
    let parameters: Tensor
    /// The velocity, or first moment.
    var velocity: Tensor
    /// The second moment; nil for optimizers without one.
    var square: Tensor?
    /// The products ∏μ and ∏β₂ over the steps so far, for Adam's bias correction.
    var decayed = (first: 1.0, second: 1.0)

    /// Creates the state before the first step.
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

    /// Returns the state after a step with `gradient`.
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

    /// Adam's divisor: √(s / (1 − ∏β₂)) + ε.
    var adamScale: Tensor { (square! / (1 - decayed.second)).squareRoot() + InnerOptimizer.epsilon }
    /// Adam's step without the learning rate: (v / (1 − ∏μ)) / (√(s / (1 − ∏β₂)) + ε).
    var adamStep: Tensor { velocity / (1 - decayed.first) / adamScale }
}
