import Networks
import Tensors

/// A learner's training on a curriculum: T steps of its optimizer (``InnerOptimizer``) with gₜ = ∇ℓ(θₜ; xₜ, yₜ) and moments that start at
/// 0.
///
/// In each step, batch norm uses that step's batch statistics. All parameters form one flat vector.
public struct InnerLoop {
    public let network: Network
    public let differentiation: Differentiation?

    /// - Parameters:
    ///   - network: the learner's network.
    ///   - differentiation: the engine; nil selects the fastest.
    public init(_ network: Network, differentiation: Differentiation? = nil) {
        self.network = network
        self.differentiation = differentiation
    }

    /// The result of a training.
    public struct Result {
        /// The parameters θ after the last step.
        public let parameters: Tensor
        /// The training loss ℓ(θₜ; xₜ, yₜ) of each completed step.
        public let losses: [Double]
        public let isComplete: Bool

        /// Whether every loss and every parameter is finite.
        public var isFinite: Bool { losses.allSatisfy(\.isFinite) && parameters.isFinite }
    }

    /// Trains from `parameters`. Stops early, between two steps, if `shouldStop` returns true.
    public func train(
        _ parameters: Tensor, on curriculum: Curriculum, shouldStop: () -> Bool = { false }
    ) -> Result {
        let schedule = curriculum.schedule
        var state = InnerState(parameters, curriculum.optimizer)
        var losses: [Double] = []
        let steps = StepMaker(network, differentiation ?? .fastest(on: parameters.device))
        for step in schedule.indices {
            if shouldStop() { break }
            let row = step % curriculum.steps
            let made = steps.step(state.parameters, curriculum.images[row], curriculum.labels[row], differentiable: false)
            losses.append(made.loss)
            state = state.after(made.gradient, schedule[step], curriculum.optimizer)
        }
        return Result(parameters: state.parameters, losses: losses, isComplete: losses.count == schedule.count)
    }
}
