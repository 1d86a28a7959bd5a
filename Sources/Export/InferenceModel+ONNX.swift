import Foundation
import Networks
import SearchSpace
import Tensors

extension InferenceModel {
    /// The model as an ONNX file: input `images` [batch, channels, height, width] scaled to [0, 1], output `logits` [batch, classes].
    public func onnx(name: String) -> Data {
        var writer = ONNXWriter(self)
        return writer.written(name: name)
    }
}

/// Writes the layers of a model as ONNX operators.
///
/// A map of c × 1 × 1 also has the form of a vector [batch, c], which linear layers read and write; either form is made of the other when
/// something needs it.
private struct ONNXWriter {
    private struct Value {
        var map: String?
        var vector: String?
    }

    private let model: InferenceModel
    private let readers: [Int]
    private var file = ONNXFile()
    private var values: [Value] = []
    /// Biases that their convolution adds.
    private var merged: Set<Int> = []
    /// The number of images as a vector of one element, once something needs it.
    private var batch: String?
    private let input: String

    init(_ model: InferenceModel) {
        self.model = model
        readers = model.readers
        input = file.unique("images")
    }

    mutating func written(name: String) -> Data {
        // The output's name is taken last: no layer may have it.
        let output = file.unique("logits")
        for index in model.graph.nodes.indices { values.append(value(index)) }
        let last = vector(model.graph.output)
        let logits = file.add("Identity", [last], name: output, isReserved: true)
        let shape = model.graph.inputShape
        return file.encoded(
            name: name, input: (input, [nil, shape.channels, shape.height, shape.width]), output: (logits, [nil, model.graph.classes]),
            facts: model.facts)
    }

    // MARK: Forms

    private mutating func map(_ index: Int) -> String {
        if let map = values[index].map { return map }
        let axes = file.addConstant([2, 3], name: "\(name(index))/axes")
        let map = file.add("Unsqueeze", [values[index].vector!, axes], name: "\(name(index))/map")
        values[index].map = map
        return map
    }

    private mutating func vector(_ index: Int) -> String {
        if let vector = values[index].vector { return vector }
        let vector = file.add("Flatten", [values[index].map!], [("axis", .integer(1))], name: "\(name(index))/vector")
        values[index].vector = vector
        return vector
    }

    private func name(_ index: Int) -> String { model.graph.nodes[index].name }

    private mutating func constant(_ index: Int, _ suffix: String, _ shape: [Int]? = nil) -> String {
        let tensor = model.tensor(model.graph.nodes[index], suffix)
        return file.addConstant(tensor.bytes, .float32, shape ?? tensor.shape, name: "\(name(index)).\(suffix)")
    }

    // MARK: Layers

    private mutating func value(_ index: Int) -> Value {
        let node = model.graph.nodes[index]
        let inputs = node.inputs
        switch node.layer {
        case .input: return Value(map: normalizedImages())
        case .zero: return Value(map: zeros(node))
        case .identity, .dropout, .dropPath: return values[inputs[0]]
        case .convolution(_, _, let kernel, let stride, let padding, let dilation, let groups):
            var operands = [map(inputs[0]), constant(index, "weight")]
            if let bias = model.bias(of: index, readers: readers) {
                operands.append(constant(bias, "bias"))
                merged.insert(bias)
            }
            return Value(
                map: file.add(
                    "Conv", operands,
                    Self.attributes(kernel, stride, padding)
                        + [("dilations", .integers([dilation, dilation])), ("group", .integer(groups))], name: node.name))
        case .norm:
            let operands = ["weight", "bias", "mean", "variance"].map { constant(index, $0) }
            return Value(
                map: file.add(
                    "BatchNormalization", [map(inputs[0])] + operands, [("epsilon", .float(Float(Network.epsilon)))], name: node.name))
        case .bias(let channels):
            if merged.contains(index) { return values[inputs[0]] }
            return Value(map: file.add("Add", [map(inputs[0]), constant(index, "bias", [1, channels, 1, 1])], name: node.name))
        case .activation(let activation):
            // Elementwise: whichever form there is.
            if let map = values[inputs[0]].map { return Value(map: activated(map, activation, node.name)) }
            return Value(vector: activated(values[inputs[0]].vector!, activation, node.name))
        case .averagePool(let kernel, let stride, let padding):
            let attributes = Self.attributes(kernel, stride, padding) + [("count_include_pad", .integer(0))]
            return Value(map: file.add("AveragePool", [map(inputs[0])], attributes, name: node.name))
        case .maxPool(let kernel, let stride, let padding):
            return Value(map: file.add("MaxPool", [map(inputs[0])], Self.attributes(kernel, stride, padding), name: node.name))
        case .globalAveragePool: return Value(map: file.add("GlobalAveragePool", [map(inputs[0])], name: node.name))
        case .flatten: return Value(vector: vector(inputs[0]))
        case .linear:
            let operands = [vector(inputs[0]), constant(index, "weight"), constant(index, "bias")]
            return Value(vector: file.add("Gemm", operands, [("transB", .integer(1))], name: node.name))
        case .sum:
            if inputs.count == 1 { return values[inputs[0]] }
            return Value(map: file.add(inputs.count == 2 ? "Add" : "Sum", inputs.map { map($0) }, name: node.name))
        case .concatenation: return Value(map: file.add("Concat", inputs.map { map($0) }, [("axis", .integer(1))], name: node.name))
        case .scale: return Value(map: file.add("Mul", [map(inputs[0]), map(inputs[1])], name: node.name))
        }
    }

    private mutating func normalizedImages() -> String {
        let perChannel = [1, model.mean.count, 1, 1]
        let mean = file.addConstant(model.mean.map(Float.init), perChannel, name: "images.mean")
        let deviation = file.addConstant(model.standardDeviation.map(Float.init), perChannel, name: "images.std")
        let centered = file.add("Sub", [input, mean], name: "images/centered")
        return file.add("Div", [centered, deviation], name: "images/normalized")
    }

    private mutating func zeros(_ node: LayerGraph.Node) -> String {
        let count: String
        if let batch {
            count = batch
        } else {
            count = file.add("Shape", [input], [("start", .integer(0)), ("end", .integer(1))], name: "images/count")
            batch = count
        }
        let shape = file.addConstant([node.output.channels, node.output.height, node.output.width], name: "\(node.name)/shape")
        let whole = file.add("Concat", [count, shape], [("axis", .integer(0))], name: "\(node.name)/batch-shape")
        return file.add("ConstantOfShape", [whole], name: node.name)
    }

    /// Window, strides, and padding: rows before, columns before, rows after, columns after.
    private static func attributes(_ kernel: Window, _ stride: Int, _ padding: Window) -> [(String, ONNXFile.Attribute)] {
        [
            ("kernel_shape", .integers([kernel.height, kernel.width])), ("strides", .integers([stride, stride])),
            ("pads", .integers([padding.height, padding.width, padding.height, padding.width])),
        ]
    }

    private mutating func activated(_ x: String, _ activation: Activation, _ name: String) -> String {
        switch activation {
        case .relu: return file.add("Relu", [x], name: name)
        case .relu6:
            let low = file.addConstant([Float(0)], [], name: "\(name)/low")
            return file.add("Clip", [x, low, file.addConstant([Float(6)], [], name: "\(name)/high")], name: name)
        case .leakyReLU: return file.add("LeakyRelu", [x], [("alpha", .float(Float(Activation.leakySlope)))], name: name)
        case .swish: return file.add("Mul", [x, file.add("Sigmoid", [x], name: "\(name)/sigmoid")], name: name)
        case .hardSwish: return file.add("HardSwish", [x], name: name)
        case .sigmoid: return file.add("Sigmoid", [x], name: name)
        case .tanh: return file.add("Tanh", [x], name: name)
        case .gelu:
            // x Φ(x) = x (1 + erf(x / √2)) / 2; as one operator, GELU came with version 20 only.
            let scaled = file.add(
                "Mul", [x, file.addConstant([Float(0.5.squareRoot())], [], name: "\(name)/factor")], name: "\(name)/scaled")
            let erf = file.add("Erf", [scaled], name: "\(name)/erf")
            let one = file.addConstant([Float(1)], [], name: "\(name)/one")
            let product = file.add("Mul", [x, file.add("Add", [erf, one], name: "\(name)/sum")], name: "\(name)/product")
            return file.add("Mul", [product, file.addConstant([Float(0.5)], [], name: "\(name)/half")], name: name)
        }
    }
}
