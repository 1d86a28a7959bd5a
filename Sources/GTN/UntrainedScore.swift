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
    /// Σ ln Σ E[|∂ℓ/∂θ|] / √Var[|∂ℓ/∂θ|], over the layers and, inside the logarithm, over a layer's weights. Mean and variance are those of
    /// four equal parts of the batch (Li et al., "ZiCo: Zero-shot NAS via Inverse Coefficient of Variation on Gradients", 2023, equation
    /// 13). A variance counts as at least 10⁻¹².
    case zico
    /// The mean of 2 − σ − 1/σ over the blocks of the network, where σ is the largest singular value of a block's Jacobian, estimated from
    /// the gradients of random signs at its output (Lee and Ham, "AZ-NAS: Assembling Zero-Cost Proxies for Network Architecture Search",
    /// 2024, section 3.4). It is highest for blocks that keep the size of gradients. Blocks end at `LayerGraph.blockBoundaries`.
    case trainability
    /// The entropy of the principal components of a block's outputs, −Σ p ln p with p the shares of their variance, summed over the blocks
    /// (Lee and Ham, 2024, section 3.2). Rows are the pixels of all images.
    case expressivity

    /// Number of images in the batch.
    public var batch: Int {
        switch self {
        case .synflow: 0
        case .nwot, .zico: 128
        case .jacobianCovariance, .snip, .gradientNorm, .grasp, .fisher, .trainability, .expressivity: 64
        }
    }

    /// Returns the score of a network.
    ///
    /// - Parameters:
    ///   - network: a network with batch norms, not weight-normalized.
    ///   - parameters: one tensor per parameter of the network's layout.
    ///   - images: [n, channels, height, width], normalized; synflow uses only their shape and type.
    ///   - labels: [n, classes].
    /// - Returns: nil if the score is undefined: without rectifiers there is no `nwot`, with fewer than two block boundaries no
    ///   `trainability`, and any score may overflow.
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
            case .zico: inverseVariation(network, parameters, images, labels)
            case .trainability: trainability(network, parameters, images)
            case .expressivity: expressivity(network, parameters, images)
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

    /// Number of parts of the batch for `zico`.
    private static let parts = 4

    private func inverseVariation(_ network: Network, _ parameters: [Tensor], _ images: Tensor, _ labels: Tensor) -> Double {
        let size = images.shape[0] / Self.parts
        let magnitudes = (0..<Self.parts).map { part in
            let rows = part * size..<(part + 1) * size
            let (loss, weights) = loss(network, parameters, images.slice(rows), labels.slice(rows))
            return gradients(of: loss, with: weights).map { $0.magnitude() }
        }
        return magnitudes[0].indices.reduce(0) { total, layer in
            let parts = magnitudes.map { $0[layer] }
            let mean = Tensor.sum(of: parts) / Double(Self.parts)
            let variance = Tensor.sum(of: parts.map { ($0 - mean).power(2) }) / Double(Self.parts)
            return total + log((mean / variance.clamped(1e-12, .infinity).squareRoot()).sum().item)
        }
    }

    /// The names of the nodes between the blocks.
    private static func boundaries(of network: Network) -> Set<String> {
        Set(network.graph.blockBoundaries.map { network.graph.nodes[$0].name })
    }

    private func expressivity(_ network: Network, _ parameters: [Tensor], _ images: Tensor) -> Double {
        let boundaries = Self.boundaries(of: network)
        var total = 0.0
        withoutGradients {
            _ = network.logits(images, parameters: parameters) { node, output in
                guard boundaries.contains(node.name) else { return output }
                let rows = output.permuted([0, 2, 3, 1]).reshaped([-1, output.shape[1]]).to(.float64)
                let centered = rows - rows.mean([0], keepAxes: true)
                let variances = centered.permuted([1, 0]).matmul(centered).symmetricEigenvectors().values.doubles.map { max(0, $0) }
                let sum = variances.reduce(0, +)
                for share in variances.map({ $0 / sum }) where share > 0 { total -= share * log(share) }
                return output
            }
        }
        return total
    }

    private func trainability(_ network: Network, _ parameters: [Tensor], _ images: Tensor) -> Double {
        let boundaries = Self.boundaries(of: network)
        let random = TensorGenerator(seed: 0)
        var before: Tensor?
        var terms: [Double] = []
        _ = network.logits(images, parameters: parameters) { node, output in
            guard boundaries.contains(node.name) else { return output }
            if let before {
                let zero = Tensor.zeros([], type: output.type, device: output.device)
                let signs = zero.isLess(than: random.normal(output.shape, type: output.type, device: output.device)).to(output.type) * 2 - 1
                let slopes = gradients(of: (output * signs).sum(), with: [before])[0]
                let largest = Self.largestSingularValue(slopes, signs)
                terms.append(2 - largest - 1 / (largest + 1e-6))
            }
            // The next block starts a graph of its own.
            before = output.leaf
            return before!
        }
        return terms.isEmpty ? .nan : terms.mean
    }

    /// The largest singular value of the mean over images and pixels of slopes · signsᵀ, which estimates a Jacobian's action on channels.
    /// The pixels of a larger map that become one pixel count as channels.
    private static func largestSingularValue(_ slopes: Tensor, _ signs: Tensor) -> Double {
        let (count, height, width) = (signs.shape[0], signs.shape[2], signs.shape[3])
        func padded(_ tensor: Tensor, axis: Int, to length: Int) -> Tensor {
            var shape = tensor.shape
            shape[axis] = length - shape[axis]
            return shape[axis] <= 0 ? tensor : .concatenated([tensor, .zeros(shape, type: tensor.type, device: tensor.device)], axis: axis)
        }
        let (down, across) = ((slopes.shape[2] + height - 1) / height, (slopes.shape[3] + width - 1) / width)
        let whole = padded(padded(slopes, axis: 2, to: height * down), axis: 3, to: width * across)
        let inputs = whole.reshaped([count, -1, height, down, width, across]).permuted([0, 2, 4, 1, 3, 5])
            .reshaped([count * height * width, -1])
        let outputs = signs.permuted([0, 2, 3, 1]).reshaped([count * height * width, -1])
        let action = (inputs.permuted([1, 0]).matmul(outputs) / Double(count * height * width)).to(.float64)
        let square =
            action.shape[0] < action.shape[1] ? action.matmul(action.permuted([1, 0])) : action.permuted([1, 0]).matmul(action)
        return max(0, square.symmetricEigenvectors().values.doubles.max()!).squareRoot()
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
