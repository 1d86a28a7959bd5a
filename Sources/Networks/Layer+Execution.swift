internal import CLearner
import SearchSpace
import Tensors

// The execution of each layer: its parameters, its node of a compiled program, and its libtorch operations.

extension LayerGraph.Node {
    /// Returns the layer's learned tensors, in the order that `apply` and the compiled program use.
    ///
    /// - Parameter isRectified: whether only rectifiers read the layer's output.
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
        case .groupNorm(let channels, _):
            return [parameter("weight", [channels], .constant(1)), parameter("bias", [channels], .constant(0))]
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

    /// Computes the layer's output with libtorch.
    func apply(_ inputs: [Tensor], _ parameters: ArraySlice<Tensor>, _ pass: inout Network.Pass) -> Tensor {
        let first = parameters.startIndex
        switch layer {
        case .input:
            return pass.images
        case .zero:
            let images = pass.images
            return Tensor.zeros([images.shape[0], output.channels, output.height, output.width], type: images.type, device: images.device)
        case .identity:
            return inputs[0]
        case .norm:
            return pass.normalized(inputs[0], parameters)
        case .groupNorm(_, let groups):
            if case .none = pass.statistics { return inputs[0] }
            let x = inputs[0].reshaped([-1, groups, output.elements / groups])
            let centered = x - x.mean([2], keepAxes: true)
            let deviation = ((centered * centered).mean([2], keepAxes: true) + Network.epsilon).squareRoot()
            let normal = (centered / deviation).reshaped([-1, output.channels, output.height, output.width])
            return normal * parameters[first].reshaped([1, -1, 1, 1]) + parameters[first + 1].reshaped([1, -1, 1, 1])
        case .bias:
            return inputs[0] + parameters[first].reshaped([1, -1, 1, 1])
        case .convolution(_, _, _, let stride, let padding, let dilation, let groups):
            var weight = parameters[first]
            if pass.normKind == .meanOnly {
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
            return dropped(inputs[0], mask: inputs[0].shape, probability, pass.dropout)
        case .dropPath(let probability):
            return dropped(inputs[0], mask: [inputs[0].shape[0], 1, 1, 1], probability, pass.dropout)
        case .scale:
            return inputs[0] * inputs[1]
        }
    }

    /// Returns `x` with entries zeroed at random by a mask of this shape, scaled to keep its expectation. Without a generator, `x` is
    /// unchanged.
    private func dropped(_ x: Tensor, mask: [Int], _ probability: Double, _ dropout: TensorGenerator?) -> Tensor {
        guard let dropout, probability > 0 else { return x }
        let kept = dropout.uniform(mask, type: x.type, device: x.device)
            .isLess(than: Tensor.full(1 - probability, [], type: x.type, device: x.device))
        return x * kept.to(x.type) / (1 - probability)
    }
}

extension cl_node {
    /// Creates a node of a compiled program.
    ///
    /// - Parameters:
    ///   - parameters: the layer's range in the flat parameter vector.
    init(_ node: LayerGraph.Node, parameters: Range<Int>) {
        self.init()
        (channels, height, width) = (Int64(node.output.channels), Int64(node.output.height), Int64(node.output.width))
        input_count = Int32(node.inputs.count)
        (self.parameters, parameter_count) = (Int64(parameters.lowerBound), Int64(parameters.count))
        (kernel_height, kernel_width, stride, dilation, groups) = (1, 1, 1, 1, 1)
        func window(_ kernel: Window, _ stride: Int, _ padding: Window) {
            (kernel_height, kernel_width, self.stride) = (Int64(kernel.height), Int64(kernel.width), Int64(stride))
            (padding_height, padding_width) = (Int64(padding.height), Int64(padding.width))
        }
        switch node.layer {
        case .input: kind = CL_INPUT
        case .zero: kind = CL_ZERO
        // Compiled programs do not apply dropout.
        case .identity, .dropout, .dropPath: kind = CL_IDENTITY
        case .convolution(_, _, let kernel, let stride, let padding, let dilation, let groups):
            kind = CL_CONVOLUTION
            window(kernel, stride, padding)
            (self.dilation, self.groups) = (Int64(dilation), Int64(groups))
        case .norm: kind = CL_NORM
        case .groupNorm(_, let groups):
            kind = CL_GROUP_NORM
            self.groups = Int64(groups)
        case .bias: kind = CL_BIAS
        case .activation(let activation):
            kind = CL_ACTIVATION
            self.activation = activation.code
        case .averagePool(let kernel, let stride, let padding):
            kind = CL_AVERAGE_POOL
            window(kernel, stride, padding)
        case .maxPool(let kernel, let stride, let padding):
            kind = CL_MAX_POOL
            window(kernel, stride, padding)
        case .globalAveragePool: kind = CL_GLOBAL_AVERAGE_POOL
        case .flatten: kind = CL_FLATTEN
        case .linear: kind = CL_LINEAR
        case .sum: kind = CL_SUM
        case .concatenation: kind = CL_CONCATENATION
        case .scale: kind = CL_SCALE
        }
    }
}
