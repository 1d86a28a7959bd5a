import Networks
import Tensors

/// A learner's training on a curriculum: T steps of stochastic gradient descent with momentum (Polyak's, as Sutskever et al. 2013 write it).
///
///     gₜ = ∇ℓ(θₜ; xₜ, yₜ)    vₜ₊₁ = μₜ vₜ + gₜ    θₜ₊₁ = θₜ − ηₜ vₜ₊₁    v₀ = 0
///
/// Each step's batch norm uses the statistics of its own batch. All parameters are one flat vector.
public struct InnerLoop {
    public let network: Network

    public init(_ network: Network) {
        self.network = network
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
        for step in 0..<curriculum.steps {
            if shouldStop() { break }
            let graph = StepGraph(network, state.parameters, curriculum.images[step], curriculum.labels[step], differentiable: false)
            losses.append(graph.loss)
            state = state.after(graph.gradient, learningRate: rates[step], momentum: momenta[step])
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

/// One step's loss and gradient, and, while it is kept, the graph that made them.
///
/// No graph reaches across two steps: parameters and images enter as leaves.
struct StepGraph {
    let loss: Double
    /// gₜ, flat and without a graph.
    let gradient: Tensor
    private let layout: ParameterLayout
    private let leaves: [Tensor]
    private let pieces: [Tensor?]

    /// - Parameter differentiable: keeps the graph of the gradient, for `products(with:)`.
    init(_ network: Network, _ parameters: Tensor, _ images: Tensor, _ labels: Tensor, differentiable: Bool) {
        layout = network.layout
        let parameterLeaves = layout.pieces(of: parameters).map(\.leaf)
        let (x, y) = differentiable ? (images.leaf, labels.leaf) : (images, labels)
        let loss = crossEntropy(network.logits(x, parameters: parameterLeaves), y)
        let gradients = Tensors.gradients(of: [loss], with: parameterLeaves, createGraph: differentiable)
        self.loss = loss.item
        gradient = layout.flat(gradients.map { $0?.detached }, like: parameters)
        leaves = differentiable ? parameterLeaves + [x, y] : []
        pieces = differentiable ? gradients : []
    }

    /// ∂/∂θ, ∂/∂x and ∂/∂y of ⟨g, d⟩: the second-order product that the adjoint needs. Uses the graph up.
    func products(with d: Tensor) -> (parameters: Tensor, images: Tensor, labels: Tensor) {
        let directions = layout.pieces(of: d)
        // A gradient that does not depend on the leaves (of a bias behind zeros, say) has no second-order part.
        let used = pieces.indices.filter { pieces[$0]?.requiresGradients ?? false }
        let products: [Tensor?] =
            used.isEmpty
            ? leaves.map { _ in nil }
            : gradients(of: used.map { pieces[$0]! }, cotangents: used.map { directions[$0] }, with: leaves)
        let count = layout.parameters.count
        func orZeros(_ product: Tensor?, _ leaf: Tensor) -> Tensor {
            product ?? Tensor.zeros(leaf.shape, type: leaf.type, device: leaf.device)
        }
        return (
            layout.flat(Array(products[..<count]), like: d), orZeros(products[count], leaves[count]),
            orZeros(products[count + 1], leaves[count + 1])
        )
    }
}
