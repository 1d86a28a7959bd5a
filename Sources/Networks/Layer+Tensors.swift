import SearchSpace
import Tensors

extension LayerGraph.Node {
    /// The learned tensors of this layer, in the order in which `apply` takes them.
    ///
    /// - Parameter isRectified: whether a rectifier is all that reads the layer.
    func parameters(_ normKind: NormKind, isRectified: Bool) -> [Parameter] {
        func parameter(_ suffix: String, _ shape: [Int], _ initialization: Parameter.Initialization) -> Parameter {
            Parameter(name: "\(name).\(suffix)", shape: shape, initialization: initialization)
        }
        switch layer {
        case .convolution(let inputs, let outputs, let kernel, _, _, _, let groups):
            let fanIn = inputs / groups * kernel.height * kernel.width
            let weight = parameter("weight", [outputs, inputs / groups, kernel.height, kernel.width], .heNormal(fanIn: fanIn))
            switch normKind {
            case .batch: return [weight]
            // √2 keeps the variance of activations through a rectifier, as He's initialization does.
            case .meanOnly: return [weight, parameter("gain", [outputs], .constant(2.0.squareRoot()))]
            }
        case .norm(let channels):
            let shift = parameter("bias", [channels], .constant(0))
            return normKind == .batch ? [parameter("weight", [channels], .constant(1)), shift] : [shift]
        case .bias(let channels): return [parameter("bias", [channels], .constant(0))]
        case .linear(let inputs, let outputs):
            return [
                parameter("weight", [outputs, inputs], isRectified ? .heNormal(fanIn: inputs) : .uniform(fanIn: inputs)),
                parameter("bias", [outputs], .constant(0)),
            ]
        case .input, .zero, .identity, .activation, .averagePool, .maxPool, .globalAveragePool, .flatten, .sum, .concatenation, .dropout,
            .dropPath, .scale:
            return []
        }
    }

    /// The layer's output. Norms are applied by the network, which knows where their statistics come from.
    func apply(
        _ inputs: [Tensor], _ parameters: ArraySlice<Tensor>, _ normKind: NormKind, _ dropout: TensorGenerator?, batch: Tensor
    ) -> Tensor {
        let first = parameters.startIndex
        switch layer {
        case .input, .norm:
            preconditionFailure("\(name) is not applied by itself")
        case .zero:
            return Tensor.zeros([batch.shape[0], output.channels, output.height, output.width], type: batch.type, device: batch.device)
        case .identity:
            return inputs[0]
        case .bias:
            return inputs[0] + parameters[first].reshaped([1, -1, 1, 1])
        case .convolution(_, _, _, let stride, let padding, let dilation, let groups):
            var weight = parameters[first]
            if normKind == .meanOnly {
                let length = (weight * weight).sum([1, 2, 3], keepAxes: true).squareRoot()
                weight = weight * (parameters[first + 1].reshaped([-1, 1, 1, 1]) / length)
            }
            return inputs[0].convolution(
                weight, stride: stride, padding: (padding.height, padding.width), dilation: dilation, groups: groups)
        case .activation(let activation):
            return activation.apply(inputs[0])
        case .averagePool(let kernel, let stride, let padding):
            return inputs[0].averagePool(
                kernel: (kernel.height, kernel.width), stride: stride, padding: (padding.height, padding.width))
        case .maxPool(let kernel, let stride, let padding):
            return inputs[0].maxPool(kernel: (kernel.height, kernel.width), stride: stride, padding: (padding.height, padding.width))
        case .globalAveragePool:
            return inputs[0].mean([2, 3], keepAxes: true)
        case .flatten:
            return inputs[0].reshaped([-1, output.channels, 1, 1])
        case .linear(let features, _):
            return inputs[0].reshaped([-1, features]).linear(parameters[first], bias: parameters[first + 1])
                .reshaped([-1, output.channels, 1, 1])
        case .sum:
            return Tensor.sum(of: inputs)
        case .concatenation:
            return Tensor.concatenated(inputs, axis: 1)
        case .dropout(let probability):
            return dropped(inputs[0], mask: inputs[0].shape, probability, dropout)
        case .dropPath(let probability):
            return dropped(inputs[0], mask: [inputs[0].shape[0], 1, 1, 1], probability, dropout)
        case .scale:
            return inputs[0] * inputs[1]
        }
    }

    /// `x` with what `mask` covers zeroed at random, scaled so that its expectation stays; unchanged without a source of masks.
    private func dropped(_ x: Tensor, mask: [Int], _ probability: Double, _ dropout: TensorGenerator?) -> Tensor {
        guard let dropout, probability > 0 else { return x }
        let kept = dropout.uniform(mask, type: x.type, device: x.device)
            .isLess(than: Tensor.full(1 - probability, [], type: x.type, device: x.device))
        return x * kept.to(x.type) / (1 - probability)
    }
}

extension Activation {
    /// Slope of the leaky rectifier for negative inputs, as in the paper on Generative Teaching Networks.
    public static let leakySlope = 0.1

    /// Whether half of what comes in goes out as it was.
    public var isRectifier: Bool {
        switch self {
        case .relu, .relu6, .leakyReLU: true
        default: false
        }
    }

    func apply(_ x: Tensor) -> Tensor {
        switch self {
        case .relu: x.relu()
        case .relu6: x.relu6()
        case .leakyReLU: x.leakyReLU(slope: Self.leakySlope)
        case .swish: x.swish()
        case .hardSwish: x.hardSwish()
        case .sigmoid: x.sigmoid()
        case .tanh: x.tanh()
        case .gelu: x.gelu()
        }
    }
}
