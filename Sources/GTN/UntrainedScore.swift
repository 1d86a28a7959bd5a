import Basics
import Foundation
import Networks
import SearchSpace
import Tensors

/// Scores of untrained networks, computed from at most two passes over one batch of real images. Higher is better.
///
/// "Weights" means those of convolutions and linear layers. Batch norms use the batch statistics. The loss ℓ is the mean cross-entropy.
public enum UntrainedScore: String, Sendable, Hashable, CaseIterable, Codable {
    /// Σ |θ · ∂R/∂θ|, where R is the sum of the logits of an image of ones, with parameters replaced by their magnitudes and without norms
    /// (Tanaka et al., "Pruning neural networks without any data by iteratively conserving synaptic flow", 2020, section 5). The sum over
    /// the network follows Abdelfattah et al., "Zero-Cost Proxies for Lightweight NAS", 2021. It grows exponentially with depth, so it is
    /// computed in float64.
    case synflow
    /// −Σ (log(σ + k) + 1/(σ + k)), k = 10⁻⁵, over the eigenvalues σ of the correlations between images (Mellor et al., "Neural
    /// Architecture Search without Training", 2020, first version). Each image is represented by the gradient of the sum of its logits with
    /// respect to its pixels.
    case jacobianCovariance = "jacob_cov"
    /// log |det K|, where K counts for each pair of images the rectifiers that are on for both or off for both (Mellor et al., 2021,
    /// section 3).
    case nwot
    /// Σ |θ · ∂ℓ/∂θ| (Lee et al., "SNIP", 2019, equation 5).
    case snip
    /// Σ ‖∂ℓ/∂θ‖ over the layers (Abdelfattah et al., 2021, section 3.1).
    case gradientNorm = "grad_norm"
    /// −Σ θ · (H ∂ℓ/∂θ), H the Hessian of ℓ (Wang et al., "Picking Winning Tickets Before Training by Preserving Gradient Flow", 2020,
    /// section 4).
    case grasp
    /// Σ ½ · mean over images of (Σ a · ∂ℓ/∂a)², over the channels of each layer's output a. The inner sum covers the pixels (Theis et al.,
    /// "Faster gaze prediction with dense networks and Fisher pruning", 2018, equation 8, as used by Turner et al., "BlockSwap", 2020).
    case fisher

    /// Number of images in the batch.
    public var batch: Int { self == .synflow ? 0 : self == .nwot ? 128 : 64 }

    /// Returns the score of a network.
    ///
    /// - Parameters:
    ///   - network: a network with batch norms, not weight-normalized.
    ///   - parameters: one tensor per parameter of the network's layout.
    ///   - images: [n, channels, height, width], normalized; synflow uses only their shape and type.
    ///   - labels: [n, classes].
    /// - Returns: nil if the score is undefined: without rectifiers there is no `nwot`, and any score may overflow.
    public func score(_ network: Network, _ parameters: [Tensor], images: Tensor, labels: Tensor) -> Double? {
        let score =
            switch self {
            case .synflow: synapticFlow(network, parameters, images.shape)
            case .jacobianCovariance: jacobianCovariance(network, parameters, images)
            case .nwot: rectifierKernel(network, parameters, images)
            case .snip: sensitivity(network, parameters, images, labels)
            case .gradientNorm: gradientNorm(network, parameters, images, labels)
            case .grasp: gradientFlow(network, parameters, images, labels)
            case .fisher: fisherInformation(network, parameters, images, labels)
            }
        return score.isFinite ? score : nil
    }

    private func synapticFlow(_ network: Network, _ parameters: [Tensor], _ shape: [Int]) -> Double {
        let leaves = parameters.map { $0.to(.float64).magnitude().leaf }
        let ones = Tensor.ones([1] + shape.dropFirst(), type: .float64, device: parameters[0].device)
        let total = network.logits(ones, parameters: leaves, statistics: .none).sum()
        let weights = network.weightIndices.map { leaves[$0] }
        return zip(weights, gradients(of: total, with: weights)).reduce(0) { $0 + ($1.0 * $1.1).magnitude().sum().item }
    }

    private func jacobianCovariance(_ network: Network, _ parameters: [Tensor], _ images: Tensor) -> Double {
        let leaf = images.leaf
        let total = network.logits(leaf, parameters: parameters).sum()
        let rows = gradients(of: total, with: [leaf])[0].reshaped([images.shape[0], -1]).to(.float64)
        let centered = rows - rows.mean([1], keepAxes: true)
        let length = (centered * centered).sum([1], keepAxes: true).squareRoot()
        let unit = centered / length
        let k = 1e-5
        return -unit.matmul(unit.permuted([1, 0])).symmetricEigenvectors().values.doubles.reduce(0) { $0 + log($1 + k) + 1 / ($1 + k) }
    }

    private func rectifierKernel(_ network: Network, _ parameters: [Tensor], _ images: Tensor) -> Double {
        let count = images.shape[0]
        var kernel = Tensor.zeros([count, count], type: .float64, device: images.device)
        let zero = Tensor.zeros([], type: images.type, device: images.device)
        withoutGradients {
            _ = network.logits(images, parameters: parameters) { node, output in
                if case .activation(let activation) = node.layer, activation.isRectifier {
                    let on = zero.isLess(than: output).to(images.type).reshaped([count, -1])
                    let off = on * -1 + 1
                    kernel = kernel + (on.matmul(on.permuted([1, 0])) + off.matmul(off.permuted([1, 0]))).to(.float64)
                }
                return output
            }
        }
        return kernel.symmetricEigenvectors().values.doubles.reduce(0) { $0 + log(abs($1)) }
    }

    /// Returns the weights as leaves, and the mean loss as a function of them.
    private func loss(_ network: Network, _ parameters: [Tensor], _ images: Tensor, _ labels: Tensor) -> (loss: Tensor, weights: [Tensor]) {
        var values = parameters
        let weights = network.weightIndices.map { parameters[$0].leaf }
        for (index, weight) in zip(network.weightIndices, weights) { values[index] = weight }
        return (crossEntropy(network.logits(images, parameters: values), labels), weights)
    }

    private func sensitivity(_ network: Network, _ parameters: [Tensor], _ images: Tensor, _ labels: Tensor) -> Double {
        let (loss, weights) = loss(network, parameters, images, labels)
        return zip(weights, gradients(of: loss, with: weights)).reduce(0) { $0 + ($1.0 * $1.1).magnitude().sum().item }
    }

    private func gradientNorm(_ network: Network, _ parameters: [Tensor], _ images: Tensor, _ labels: Tensor) -> Double {
        let (loss, weights) = loss(network, parameters, images, labels)
        return gradients(of: loss, with: weights).reduce(0) { $0 + $1.dot($1).item.squareRoot() }
    }

    private func gradientFlow(_ network: Network, _ parameters: [Tensor], _ images: Tensor, _ labels: Tensor) -> Double {
        let (loss, weights) = loss(network, parameters, images, labels)
        let slopes = gradients(of: loss, with: weights, createGraph: true)
        let halfSquare = slopes.dropFirst().reduce(slopes[0].dot(slopes[0])) { $0 + $1.dot($1) } * 0.5
        return -zip(weights, gradients(of: halfSquare, with: weights)).reduce(0) { $0 + ($1.0 * $1.1).sum().item }
    }

    private func fisherInformation(_ network: Network, _ parameters: [Tensor], _ images: Tensor, _ labels: Tensor) -> Double {
        // The derivative with respect to a factor of an image's channel is the sum over its pixels of a · ∂ℓ/∂a.
        var factors: [Tensor] = []
        let logits = network.logits(images, parameters: parameters) { node, output in
            guard node.layer.hasWeights else { return output }
            factors.append(Tensor.ones([output.shape[0], output.shape[1], 1, 1], type: output.type, device: output.device).leaf)
            return output * factors.last!
        }
        return gradients(of: crossEntropy(logits, labels), with: factors).reduce(0) { total, slopes in
            total + 0.5 * (slopes * slopes).sum().item / Double(images.shape[0])
        }
    }
}

/// Computes zero-cost scores of networks with fresh parameters, all on the same real images.
public struct UntrainedScorer: Sendable {
    public let score: UntrainedScore
    private let task: LearningTask
    /// Indices into the training file: images of the `train` split, balanced over classes.
    private let indices: [Int]

    /// - Parameters:
    ///   - score: the score to compute.
    ///   - task: the task that provides the batch.
    ///   - seed: the seed that selects the images.
    public init(_ score: UntrainedScore, _ task: LearningTask, seed: UInt64) {
        self.score = score
        self.task = task
        var random = SeedStream.untrainedScores.generator(seed)
        indices = task.evenIndices(max(1, score.batch), using: &random)
    }

    /// Returns the score of a network with fresh parameters.
    ///
    /// - Parameters:
    ///   - network: a network with batch norms, not weight-normalized.
    ///   - seed: the seed of the network's parameters.
    /// - Returns: nil if the score is undefined.
    public func score(_ network: Network, seed: UInt64) -> Double? {
        let (images, labels) = task.trainingImages(indices)
        let parameters = network.layout.pieces(of: Scorer.initialParameters(network, seed: seed))
        return score.score(network, parameters, images: images, labels: labels.oneHot(classes: task.classes))
    }
}
