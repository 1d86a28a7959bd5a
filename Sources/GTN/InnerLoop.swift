import Networks
import Tensors

/// A learner's training on a curriculum: T steps of its optimizer (``InnerOptimizer``) against gₜ = ∇ℓ(θₜ; xₜ, yₜ), moments starting at 0.
///
/// Each step's batch norm uses the statistics of its own batch. All parameters are one flat vector.
public struct InnerLoop {
    public let network: Network
    public let differentiation: Differentiation?

    /// - Parameters:
    ///   - network: that of the learner.
    ///   - differentiation: the fastest by default.
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
        let schedule = curriculum.schedule
        var state = InnerState(parameters, curriculum.optimizer)
        var losses: [Double] = []
        let steps = StepMaker(network, differentiation ?? .fastest(on: parameters.device))
        for step in 0..<curriculum.steps {
            if shouldStop() { break }
            let made = steps.step(state.parameters, curriculum.images[step], curriculum.labels[step], differentiable: false)
            losses.append(made.loss)
            state = state.after(made.gradient, schedule[step], curriculum.optimizer)
        }
        return Result(parameters: state.parameters, losses: losses, isComplete: losses.count == curriculum.steps)
    }
}
