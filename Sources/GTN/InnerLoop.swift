import Networks
import Tensors

/// A learner's training on a curriculum: T steps of stochastic gradient descent with momentum (Polyak's, as Sutskever et al. 2013 write it).
///
///     gₜ = ∇ℓ(θₜ; xₜ, yₜ)    vₜ₊₁ = μₜ vₜ + gₜ    θₜ₊₁ = θₜ − ηₜ vₜ₊₁    v₀ = 0
///
/// Each step's batch norm uses the statistics of its own batch. All parameters are one flat vector.
public struct InnerLoop {
    public let network: Network
    public let differentiation: Differentiation?

    /// - Parameter differentiation: the fastest by default.
    public init(_ network: Network, differentiation: Differentiation? = nil) {
        self.network = network
        self.differentiation = differentiation
    }

    /// The end of a training.
    public struct Result {
        /// θ after the last step.
        public let parameters: Tensor
        /// ℓ(θₜ; xₜ, yₜ) for each step that was made.
        public let losses: [Double]
        public let isComplete: Bool

        /// Whether every loss and parameter is a finite number.
        public var isFinite: Bool { losses.allSatisfy(\.isFinite) && parameters.isFinite }
    }

    /// Trains from `parameters`; ends early, between two steps, when `shouldStop` says so.
    public func train(
        _ parameters: Tensor, on curriculum: Curriculum, shouldStop: () -> Bool = { false }
    ) -> Result {
        let rates = curriculum.learningRate.doubles
        let momenta = curriculum.momentum.doubles
        var state = InnerState(parameters: parameters.detached, velocity: Tensor.zeros(parameters.shape, type: parameters.type, device: parameters.device))
        var losses: [Double] = []
        let steps = StepMaker(network, differentiation ?? .fastest(on: parameters.device))
        for step in 0..<curriculum.steps {
            if shouldStop() { break }
            let made = steps.step(state.parameters, curriculum.images[step], curriculum.labels[step], differentiable: false)
            losses.append(made.loss)
            state = state.after(made.gradient, learningRate: rates[step], momentum: momenta[step])
        }
        return Result(parameters: state.parameters, losses: losses, isComplete: losses.count == curriculum.steps)
    }
}

/// Parameters and velocity between two inner steps, as flat vectors without a graph.
struct InnerState {
    let parameters: Tensor
    let velocity: Tensor

    func after(_ gradient: Tensor, learningRate: Double, momentum: Double) -> InnerState {
        withoutGradients {
            let velocity = self.velocity * momentum + gradient
            return InnerState(parameters: parameters - velocity * learningRate, velocity: velocity)
        }
    }
}
