import Foundation
import Protobuf

/// An ONNX model under construction: nodes and constant tensors of a graph with one input and one output.
///
/// Field numbers follow onnx.proto (ONNX 1.12, IR version 8, operator set 17; https://github.com/onnx/onnx).
struct ONNXFile {
    static let irVersion = 8
    static let operatorVersion = 17

    enum Attribute {
        case float(Float)
        case integer(Int)
        case integers([Int])
    }

    /// Lengths of axes. All `nil` axes of a model share one unknown length.
    typealias Shape = [Int?]

    private var nodes: [ProtobufMessage] = []
    private var constants: [ProtobufMessage] = []
    private var names: Set<String> = []

    /// Adds an operator and returns its output, which is named after it.
    ///
    /// - Parameters:
    ///   - isReserved: whether `unique` already reserved the name.
    ///   - isNamed: whether the operator has a name, too.
    mutating func add(
        _ operation: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [], name: String, isReserved: Bool = false,
        isNamed: Bool = true
    ) -> String {
        var node = ProtobufMessage()
        for input in inputs { node.add(1, input) }
        let output = isReserved ? name : unique(name)
        node.add(2, output)
        if isNamed { node.add(3, output) }
        node.add(4, operation)
        for (key, value) in attributes { node.add(5, Self.message(key, value)) }
        nodes.append(node)
        return output
    }

    private static func message(_ name: String, _ attribute: Attribute) -> ProtobufMessage {
        let (floatType, integerType, integersType) = (1, 2, 7)
        var message = ProtobufMessage()
        message.add(1, name)
        switch attribute {
        case .float(let value):
            message.add(2, value)
            message.add(20, floatType)
        case .integer(let value):
            message.add(3, value)
            message.add(20, integerType)
        case .integers(let values):
            for value in values { message.add(8, value) }
            message.add(20, integersType)
        }
        return message
    }

    enum ElementType: Int {
        case float32 = 1
        case int8 = 3
        case int32 = 6
        case int64 = 7
    }

    /// Adds a constant tensor with little-endian elements in row-major order.
    mutating func addConstant(_ bytes: [UInt8], _ type: ElementType, _ shape: [Int], name: String) -> String {
        var tensor = ProtobufMessage()
        for length in shape { tensor.add(1, length) }
        tensor.add(2, type.rawValue)
        let name = unique(name)
        tensor.add(8, name)
        tensor.add(9, Data(bytes))
        constants.append(tensor)
        return name
    }

    mutating func addConstant(_ values: [Float], _ shape: [Int], name: String) -> String {
        addConstant(
            values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }, .float32, shape, name: name)
    }

    mutating func addConstant(_ values: [Int], name: String) -> String {
        let bytes = values.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } }
        return addConstant(bytes, .int64, [values.count], name: name)
    }

    /// Returns the name, with a number appended if it is taken.
    mutating func unique(_ name: String) -> String {
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }

    /// Returns the file's bytes. The same model always gives the same bytes.
    ///
    /// - Parameter facts: facts for the file's metadata.
    func encoded(
        name: String, input: (name: String, shape: Shape), output: (name: String, shape: Shape), facts: [String: String]
    ) -> Data {
        var graph = ProtobufMessage()
        for node in nodes { graph.add(1, node) }
        graph.add(2, name)
        for constant in constants { graph.add(5, constant) }
        graph.add(11, Self.value(input.name, input.shape))
        graph.add(12, Self.value(output.name, output.shape))
        var operators = ProtobufMessage()
        operators.add(1, "")
        operators.add(2, Self.operatorVersion)
        var model = ProtobufMessage()
        model.add(1, Self.irVersion)
        model.add(2, "gtn-nas")
        model.add(7, graph)
        model.add(8, operators)
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) {
            var fact = ProtobufMessage()
            fact.add(1, key)
            fact.add(2, value)
            model.add(14, fact)
        }
        return model.bytes
    }

    /// Returns the declaration of a float32 tensor.
    private static func value(_ name: String, _ lengths: Shape) -> ProtobufMessage {
        var shape = ProtobufMessage()
        for length in lengths {
            var dimension = ProtobufMessage()
            if let length { dimension.add(1, length) } else { dimension.add(2, "batch") }
            shape.add(1, dimension)
        }
        var tensor = ProtobufMessage()
        tensor.add(1, ElementType.float32.rawValue)
        tensor.add(2, shape)
        var type = ProtobufMessage()
        type.add(1, tensor)
        var value = ProtobufMessage()
        value.add(1, name)
        value.add(2, type)
        return value
    }
}
