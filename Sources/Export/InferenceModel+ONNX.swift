import Foundation
import Networks
import SearchSpace
import Tensors

extension InferenceModel {
    /// Returns the model as an ONNX file. Input: `images` [batch, channels, height, width], scaled to [0, 1]. Output: `logits` [batch,
    /// classes].
    public func onnx(name: String) -> Data {
        var writer = ONNXWriter(self)
        return writer.written(name: name)
    }
}

/// Writes the layers of a model as ONNX operators.
///
/// A map of c × 1 × 1 also has the form of a vector [batch, c], which linear layers read and write. One form is converted to the other
/// when a layer needs it.
struct ONNXWriter {
    struct Value {
        var map: String?
        var vector: String?
    }

    let model: InferenceModel
    /// The 8-bit form of the model; nil for float32.
    let quantized: QuantizedModel?
    let readers: [Int]
    var file = ONNXFile()
    private(set) var values: [Value] = []
    /// Biases that are merged into their convolution.
    var merged: Set<Int> = []
    /// The number of images as a vector of one element; nil until it is needed.
    private var batch: String?
    private let input: String

    init(_ model: InferenceModel, quantized: QuantizedModel? = nil) {
        self.model = model
        self.quantized = quantized
        readers = model.readers
        input = file.unique("images")
    }

    mutating func written(name: String) -> Data {
        // The output's name is reserved first, so that no layer takes it.
        let output = file.unique("logits")
        for (index, node) in model.graph.nodes.enumerated() { values.append(stored(node.onnx(index, &self), of: index)) }
        let last = vector(model.graph.output)
        let logits = file.add("Identity", [last], name: output, isReserved: true)
        let shape = model.graph.inputShape
        return file.encoded(
            name: name, input: (input, [nil, shape.channels, shape.height, shape.width]), output: (logits, [nil, model.graph.classes]),
            facts: model.facts)
    }

    // MARK: Forms

    mutating func map(_ index: Int) -> String {
        if let map = values[index].map { return map }
        let axes = file.addConstant([2, 3], name: "\(name(index))/axes")
        let map = file.add("Unsqueeze", [values[index].vector!, axes], name: "\(name(index))/map")
        values[index].map = map
        return map
    }

    mutating func vector(_ index: Int) -> String {
        if let vector = values[index].vector { return vector }
        let vector = file.add("Flatten", [values[index].map!], [("axis", .integer(1))], name: "\(name(index))/vector")
        values[index].vector = vector
        return vector
    }

    private func name(_ index: Int) -> String { model.graph.nodes[index].name }

    mutating func constant(_ index: Int, _ suffix: String, _ shape: [Int]? = nil) -> String {
        let tensor = model.tensor(model.graph.nodes[index], suffix)
        return file.addConstant(tensor.bytes, .float32, shape ?? tensor.shape, name: "\(name(index)).\(suffix)")
    }

    mutating func normalizedImages() -> String {
        let perChannel = [1, model.mean.count, 1, 1]
        let mean = file.addConstant(model.mean.map(Float.init), perChannel, name: "images.mean")
        let deviation = file.addConstant(model.standardDeviation.map(Float.init), perChannel, name: "images.std")
        let centered = file.add("Sub", [input, mean], name: "images/centered")
        return file.add("Div", [centered, deviation], name: "images/normalized")
    }

    mutating func zeros(_ node: LayerGraph.Node) -> String {
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
}
