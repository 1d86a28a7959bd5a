import Basics
import SearchSpace
import Tensors

extension LearningTask {
    /// Images from which the principal components are computed.
    private static let componentImages = 4_096
    /// Lower bound of a component's variance, so that a pixel that is always black can still be learned.
    private static let leastVariance = 1e-4

    /// Returns the principal components of training images, scaled to the standard deviations of the data along them: V √Λ for the
    /// covariance V Λ Vᵀ, with a mean squared length of 1 per pixel. [pixels, pixels].
    func principalDirections(using random: inout SeededGenerator, device: Device = .cpu) -> Tensor {
        let indices = splits.train.shuffled(using: &random).prefix(Self.componentImages)
        let (images, _) = trainingImages(Array(indices), device: device)
        let flat = images.reshaped([images.shape[0], -1])
        let centered = flat - flat.mean([0], keepAxes: true)
        let (variances, vectors) = (centered.permuted([1, 0]).matmul(centered) / Double(indices.count)).symmetricEigenvectors()
        let clamped = variances.clamped(Self.leastVariance, .infinity)
        return vectors * (clamped / clamped.mean().item).squareRoot().reshaped([1, -1])
    }
}
