import Foundation

/// The contents of an ONNX file, read by the definitions of protocol buffers and onnx.proto, without the exporter's code.
struct ONNXReader {
    struct Node {
        var operation = ""
        var inputs: [String] = []
        var outputs: [String] = []
        var attributes: [String: [Double]] = [:]
    }

    struct Constant {
        var shape: [Int] = []
        /// Number of an ONNX data type: 1 is float32, 7 is int64.
        var type = 0
        var bytes: [UInt8] = []
    }

    struct Declaration: Equatable {
        var name = ""
        var elementType = 0
        /// Lengths of axes, or the names of those with unknown length.
        var shape: [String] = []
    }

    private(set) var nodes: [Node] = []
    private(set) var constants: [String: Constant] = [:]
    private(set) var inputs: [Declaration] = []
    private(set) var outputs: [Declaration] = []
    private(set) var irVersion = 0
    private(set) var operatorVersions: [String: Int] = [:]
    private(set) var facts: [String: String] = [:]

    init(_ data: Data) throws {
        for field in try Field.all(Array(data)) {
            switch field.number {
            case 1: irVersion = field.integer
            case 7: try readGraph(field.bytes)
            case 8:
                let fields = try Field.all(field.bytes)
                operatorVersions[fields.first { $0.number == 1 }?.text ?? ""] = fields.first { $0.number == 2 }?.integer
            case 14:
                let fields = try Field.all(field.bytes)
                facts[fields[0].text] = fields[1].text
            default: break
            }
        }
    }

    private mutating func readGraph(_ bytes: [UInt8]) throws {
        for field in try Field.all(bytes) {
            switch field.number {
            case 1: nodes.append(try Self.node(field.bytes))
            case 5:
                let (name, constant) = try Self.constant(field.bytes)
                constants[name] = constant
            case 11: inputs.append(try Self.declaration(field.bytes))
            case 12: outputs.append(try Self.declaration(field.bytes))
            default: break
            }
        }
    }

    private static func node(_ bytes: [UInt8]) throws -> Node {
        var node = Node()
        for field in try Field.all(bytes) {
            switch field.number {
            case 1: node.inputs.append(field.text)
            case 2: node.outputs.append(field.text)
            case 4: node.operation = field.text
            case 5:
                let parts = try Field.all(field.bytes)
                let type = parts.first { $0.number == 20 }!.integer
                let values = parts.compactMap { part -> Double? in
                    switch (type, part.number) {
                    case (1, 2): Double(Float(bitPattern: UInt32(truncatingIfNeeded: part.integer)))
                    case (2, 3), (7, 8): Double(part.integer)
                    default: nil
                    }
                }
                node.attributes[parts.first { $0.number == 1 }!.text] = values
            default: break
            }
        }
        return node
    }

    private static func constant(_ bytes: [UInt8]) throws -> (String, Constant) {
        var (name, constant) = ("", Constant())
        for field in try Field.all(bytes) {
            switch field.number {
            case 1: constant.shape.append(field.integer)
            case 2: constant.type = field.integer
            case 8: name = field.text
            case 9: constant.bytes = field.bytes
            default: break
            }
        }
        return (name, constant)
    }

    private static func declaration(_ bytes: [UInt8]) throws -> Declaration {
        var declaration = Declaration()
        for field in try Field.all(bytes) {
            if field.number == 1 { declaration.name = field.text }
            guard field.number == 2 else { continue }
            for part in try Field.all(Field.all(field.bytes)[0].bytes) {
                if part.number == 1 { declaration.elementType = part.integer }
                guard part.number == 2 else { continue }
                declaration.shape = try Field.all(part.bytes).map { dimension in
                    let length = try Field.all(dimension.bytes)[0]
                    return length.number == 1 ? "\(length.integer)" : length.text
                }
            }
        }
        return declaration
    }
}

/// One field of a protocol-buffers message.
struct Field {
    struct Malformed: Error {}

    let number: Int
    /// The value of a varint, or the bits of a 32-bit field.
    var integer = 0
    var bytes: [UInt8] = []

    var text: String { String(decoding: bytes, as: UTF8.self) }

    static func all(_ message: [UInt8]) throws -> [Field] {
        var (fields, place): ([Field], Int) = ([], 0)
        func varint() throws -> UInt64 {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while place < message.count, shift < 70 {
                let byte = message[place]
                place += 1
                value |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
            throw Malformed()
        }
        while place < message.count {
            let key = try varint()
            var field = Field(number: Int(key >> 3))
            switch key & 7 {
            case 0: field.integer = Int(Int64(bitPattern: try varint()))
            case 2:
                let length = Int(try varint())
                guard place + length <= message.count else { throw Malformed() }
                field.bytes = Array(message[place..<place + length])
                place += length
            case 5:
                guard place + 4 <= message.count else { throw Malformed() }
                field.integer = (0..<4).reduce(0) { $0 | Int(message[place + $1]) << (8 * $1) }
                place += 4
            default: throw Malformed()
            }
            fields.append(field)
        }
        return fields
    }
}
