import Networks
import SearchSpace

extension LayerGraph.Node {
    /// Adds the layer's operators to a file and returns their output.
    func onnx(_ index: Int, _ writer: inout ONNXWriter) -> ONNXWriter.Value {
        switch layer {
        case .input: return .init(map: writer.normalizedImages())
        case .zero: return .init(map: writer.zeros(self))
        case .identity, .dropout, .dropPath: return writer.values[inputs[0]]
        case .convolution(_, _, let kernel, let stride, let padding, let dilation, let groups):
            var operands = [writer.map(inputs[0]), writer.weight(index)]
            if let bias = writer.model.bias(of: index, readers: writer.readers) {
                operands.append(writer.bias(bias, of: index))
                writer.merged.insert(bias)
            }
            return .init(
                map: writer.file.add(
                    "Conv", operands,
                    window(kernel, stride, padding)
                        + [("dilations", .integers([dilation, dilation])), ("group", .integer(groups))], name: name))
        case .norm:
            let operands = ["weight", "bias", "mean", "variance"].map { writer.constant(index, $0) }
            return .init(
                map: writer.file.add(
                    "BatchNormalization", [writer.map(inputs[0])] + operands, [("epsilon", .float(Float(Network.epsilon)))], name: name))
        case .groupNorm(let channels, let groups):
            // GroupNormalization requires operator set 18, and 21 for a scale per channel. Instance norm over groups works with all sets.
            let split = writer.file.addConstant([0, groups, -1], name: "\(name)/groups")
            let whole = writer.file.addConstant([0, channels, output.height, output.width], name: "\(name)/shape")
            let unit = writer.file.addConstant([Float](repeating: 1, count: groups), [groups], name: "\(name)/unit")
            let zero = writer.file.addConstant([Float](repeating: 0, count: groups), [groups], name: "\(name)/zero")
            let parts = writer.file.add("Reshape", [writer.map(inputs[0]), split], name: "\(name)/split")
            let normalized = writer.file.add(
                "InstanceNormalization", [parts, unit, zero], [("epsilon", .float(Float(Network.epsilon)))], name: "\(name)/normalized")
            let map = writer.file.add("Reshape", [normalized, whole], name: "\(name)/map")
            let scaled = writer.file.add("Mul", [map, writer.constant(index, "weight", [1, channels, 1, 1])], name: "\(name)/scaled")
            return .init(map: writer.file.add("Add", [scaled, writer.constant(index, "bias", [1, channels, 1, 1])], name: name))
        case .bias(let channels):
            if writer.merged.contains(index) { return writer.values[inputs[0]] }
            return .init(
                map: writer.file.add("Add", [writer.map(inputs[0]), writer.constant(index, "bias", [1, channels, 1, 1])], name: name))
        case .activation(let activation):
            // Elementwise, so either form works.
            if let map = writer.values[inputs[0]].map { return .init(map: activation.onnx(map, name, &writer.file)) }
            return .init(vector: activation.onnx(writer.values[inputs[0]].vector!, name, &writer.file))
        case .averagePool(let kernel, let stride, let padding):
            let attributes = window(kernel, stride, padding) + [("count_include_pad", .integer(0))]
            return .init(map: writer.file.add("AveragePool", [writer.map(inputs[0])], attributes, name: name))
        case .maxPool(let kernel, let stride, let padding):
            return .init(map: writer.file.add("MaxPool", [writer.map(inputs[0])], window(kernel, stride, padding), name: name))
        case .globalAveragePool: return .init(map: writer.file.add("GlobalAveragePool", [writer.map(inputs[0])], name: name))
        case .flatten: return .init(vector: writer.vector(inputs[0]))
        case .linear:
            let operands = [writer.vector(inputs[0]), writer.weight(index), writer.bias(index, of: index)]
            return .init(vector: writer.file.add("Gemm", operands, [("transB", .integer(1))], name: name))
        case .sum:
            if inputs.count == 1 { return writer.values[inputs[0]] }
            return .init(map: writer.file.add(inputs.count == 2 ? "Add" : "Sum", inputs.map { writer.map($0) }, name: name))
        case .concatenation:
            return .init(map: writer.file.add("Concat", inputs.map { writer.map($0) }, [("axis", .integer(1))], name: name))
        case .scale: return .init(map: writer.file.add("Mul", [writer.map(inputs[0]), writer.map(inputs[1])], name: name))
        }
    }

    /// Kernel, strides and padding: rows before, columns before, rows after, columns after.
    private func window(_ kernel: Window, _ stride: Int, _ padding: Window) -> [(String, ONNXFile.Attribute)] {
        [
            ("kernel_shape", .integers([kernel.height, kernel.width])), ("strides", .integers([stride, stride])),
            ("pads", .integers([padding.height, padding.width, padding.height, padding.width])),
        ]
    }
}

extension Activation {
    /// Adds the activation of a value.
    fileprivate func onnx(_ x: String, _ name: String, _ file: inout ONNXFile) -> String {
        switch self {
        case .relu: return file.add("Relu", [x], name: name)
        case .relu6:
            let low = file.addConstant([Float(0)], [], name: "\(name)/low")
            return file.add("Clip", [x, low, file.addConstant([Float(6)], [], name: "\(name)/high")], name: name)
        case .leakyReLU: return file.add("LeakyRelu", [x], [("alpha", .float(Float(Self.leakySlope)))], name: name)
        case .swish: return file.add("Mul", [x, file.add("Sigmoid", [x], name: "\(name)/sigmoid")], name: name)
        case .hardSwish: return file.add("HardSwish", [x], name: name)
        case .sigmoid: return file.add("Sigmoid", [x], name: name)
        case .tanh: return file.add("Tanh", [x], name: name)
        case .gelu:
            // x Φ(x) = x (1 + erf(x / √2)) / 2. Gelu as a single operator requires operator set 20.
            let scaled = file.add(
                "Mul", [x, file.addConstant([Float(0.5.squareRoot())], [], name: "\(name)/factor")], name: "\(name)/scaled")
            let erf = file.add("Erf", [scaled], name: "\(name)/erf")
            let one = file.addConstant([Float(1)], [], name: "\(name)/one")
            let product = file.add("Mul", [x, file.add("Add", [erf, one], name: "\(name)/sum")], name: "\(name)/product")
            return file.add("Mul", [product, file.addConstant([Float(0.5)], [], name: "\(name)/half")], name: name)
        }
    }
}
