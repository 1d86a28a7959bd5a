import Tensors

/// The loss and gradient of one step, and the second-order product that the adjoint needs.
protocol InnerStep {
    /// The loss ℓ(θ; x, y).
    var loss: Double { get }
    /// The gradient g = ∇θ ℓ, flat and without a graph.
    var gradient: Tensor { get }
    /// Returns the derivatives of ⟨g, d⟩ + w ℓ with respect to θ, x and y. Call at most once, and only if the step was made differentiable.
    func products(with d: Tensor, lossWeight: Double) -> (parameters: Tensor, images: Tensor, labels: Tensor)
}
