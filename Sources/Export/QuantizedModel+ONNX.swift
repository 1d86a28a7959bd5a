import Foundation
import SearchSpace
import Tensors

extension QuantizedModel {
    /// Returns the model as an ONNX file in which pairs of QuantizeLinear and DequantizeLinear mark the numbers with 8 bits. Runtimes
    /// replace the operators between them by integer ones. Input: `images` [batch, channels, height, width] as float32, scaled to [0, 1].
    /// Output: `logits` [batch, classes] as float32.
    public func onnx(name: String) -> Data {
        var writer = ONNXWriter(model, quantized: self)
        return writer.written(name: name)
    }
}

extension ONNXWriter {
    /// Returns the weights of a layer: the float32 ones, or the 8-bit ones of a quantized model.
    mutating func weight(_ index: Int) -> String {
        let node = model.graph.nodes[index]
        guard let weights = quantized?.weights[node.name] else { return constant(index, "weight") }
        let values = file.addConstant(
            weights.values.map(UInt8.init(bitPattern:)), .int8, model.tensor(node, "weight").shape, name: "\(node.name).weight")
        let scales = file.addConstant(weights.scales, [weights.scales.count], name: "ws\(index)")
        return file.add("DequantizeLinear", [values, scales], [("axis", .integer(0))], name: "w\(index)", isNamed: false)
    }

    /// Returns the bias of a layer with weights: the float32 one, or a 32-bit one of a quantized model.
    /// - Parameters:
    ///   - index: the layer with the bias.
    ///   - layer: the layer with the weights.
    mutating func bias(_ index: Int, of layer: Int) -> String {
        let node = model.graph.nodes[layer]
        guard let quantized, let weights = quantized.weights[node.name], let values = quantized.biases[node.name],
            let input = quantized.grids[model.graph.nodes[node.inputs[0]].name]
        else { return constant(index, "bias") }
        let scales = weights.scales.map { $0 * input.scale }
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let (stored, scale) = (
            file.addConstant(bytes, .int32, [values.count], name: "\(node.name).bias"),
            file.addConstant(scales, [scales.count], name: "bs\(layer)")
        )
        return file.add("DequantizeLinear", [stored, scale], [("axis", .integer(0))], name: "b\(layer)", isNamed: false)
    }

    /// Returns a node's output on the grid of a quantized model. Names are short, because there are many.
    mutating func stored(_ value: Value, of index: Int) -> Value {
        let node = model.graph.nodes[index]
        if case .none = node.layer.storage { return value }
        guard let grid = quantized?.grids[node.name], let input = value.map ?? value.vector else { return value }
        let scale = file.addConstant([grid.scale], [], name: "s\(index)")
        let zero = file.addConstant([UInt8(bitPattern: Int8(grid.zero))], .int8, [], name: "z\(index)")
        let rounded = file.add("QuantizeLinear", [input, scale, zero], name: "q\(index)", isNamed: false)
        let output = file.add("DequantizeLinear", [rounded, scale, zero], name: "d\(index)", isNamed: false)
        return value.map == nil ? Value(vector: output) : Value(map: output)
    }
}
