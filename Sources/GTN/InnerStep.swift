import Tensors

/// One step's loss and gradient, and the second-order product that the adjoint takes of it.
protocol InnerStep {
    /// ℓ(θ; x, y)
    var loss: Double { get }
    /// g = ∇θ ℓ, flat and without a graph.
    var gradient: Tensor { get }
    /// ∂/∂θ, ∂/∂x and ∂/∂y of ⟨g, d⟩ + w ℓ. At most once, for a step that was made differentiable.
    func products(with d: Tensor, lossWeight: Double) -> (parameters: Tensor, images: Tensor, labels: Tensor)
}
