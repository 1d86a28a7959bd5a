import Networks
import SearchSpace

extension LayerGraph.Node {
    /// Returns the layer as Python code.
    func pyTorch(_ index: Int, _ writer: inout PyTorchWriter) -> PyTorchWriter.Expression {
        let x = inputs.map { writer.expressions[$0] }
        switch layer {
        case .input: return .init(text: "image")
        case .zero:
            return .init(text: "image.new_zeros(len(image), \(output.channels), \(output.height), \(output.width))")
        case .identity, .dropout, .dropPath: return x[0]
        case .convolution(let inputs, let outputs, let kernel, let stride, let padding, let dilation, let groups):
            var options = ["\(inputs)", "\(outputs)", pair(kernel)]
            if stride != 1 { options.append("stride=\(stride)") }
            if padding != Window(0, 0) { options.append("padding=\(pair(padding))") }
            if dilation != 1 { options.append("dilation=\(dilation)") }
            if groups != 1 { options.append("groups=\(groups)") }
            let bias = writer.model.bias(of: index, readers: writer.readers)
            if bias == nil { options.append("bias=False") }
            let attribute = writer.layer(self, "nn.Conv2d(\(options.joined(separator: ", ")))")
            if let bias {
                writer.merged.insert(bias)
                writer.biases.append((attribute, writer.model.graph.nodes[bias].name))
            }
            return .init(text: "self.\(attribute)(\(x[0].map))")
        case .norm(let channels):
            return .init(text: "self.\(writer.layer(self, "nn.BatchNorm2d(\(channels), eps=\(Network.epsilon))"))(\(x[0].map))")
        case .groupNorm(let channels, let groups):
            let attribute = writer.layer(self, "nn.GroupNorm(\(groups), \(channels), eps=\(Network.epsilon))")
            return .init(text: "self.\(attribute)(\(x[0].map))")
        case .bias(let channels):
            return writer.merged.contains(index) ? x[0] : .init(text: "self.\(writer.layer(self, "Bias(\(channels))"))(\(x[0].map))")
        case .linear(let inputs, let outputs):
            return .init(text: "self.\(writer.layer(self, "nn.Linear(\(inputs), \(outputs))"))(\(x[0].vector))", isVector: true)
        case .activation(let activation): return .init(text: activation.pyTorch(x[0].text), isVector: x[0].isVector)
        case .averagePool(let kernel, let stride, let padding):
            return pooled("F.avg_pool2d", x[0], kernel, stride, padding, ", count_include_pad=False")
        case .maxPool(let kernel, let stride, let padding): return pooled("F.max_pool2d", x[0], kernel, stride, padding)
        case .globalAveragePool:
            return .init(
                text: "\(PyTorchWriter.Expression(text: x[0].map, isAtom: x[0].isVector || x[0].isAtom).atom).mean((2, 3))", isVector: true)
        case .flatten: return .init(text: x[0].vector, isVector: true, isAtom: !x[0].isVector || x[0].isAtom)
        case .sum where x.count == 1: return x[0]
        case .sum where x.allSatisfy(\.isVector):
            return .init(text: x.map(\.text).joined(separator: " + "), isVector: true, isAtom: false)
        case .sum: return .init(text: x.map(\.map).joined(separator: " + "), isAtom: false)
        case .concatenation: return .init(text: "torch.cat((\(x.map(\.map).joined(separator: ", "))\(x.count == 1 ? "," : "")), 1)")
        case .scale: return .init(text: "\(x[0].mapFactor) * \(x[1].mapFactor)", isAtom: false)
        }
    }

    private func pooled(
        _ function: String, _ x: PyTorchWriter.Expression, _ kernel: Window, _ stride: Int, _ padding: Window, _ more: String = ""
    ) -> PyTorchWriter.Expression {
        let padded = padding == Window(0, 0) ? "" : ", padding=\(pair(padding))"
        return .init(text: "\(function)(\(x.map), \(pair(kernel)), stride=\(stride)\(padded)\(more))")
    }

    private func pair(_ window: Window) -> String {
        window.height == window.width ? "\(window.height)" : "(\(window.height), \(window.width))"
    }
}

extension Activation {
    /// Returns the activation of a value as Python code.
    fileprivate func pyTorch(_ x: String) -> String {
        switch self {
        case .relu: "F.relu(\(x))"
        case .relu6: "F.relu6(\(x))"
        case .leakyReLU: "F.leaky_relu(\(x), \(Self.leakySlope))"
        case .swish: "F.silu(\(x))"
        case .hardSwish: "F.hardswish(\(x))"
        case .sigmoid: "torch.sigmoid(\(x))"
        case .tanh: "torch.tanh(\(x))"
        case .gelu: "F.gelu(\(x))"
        }
    }
}
