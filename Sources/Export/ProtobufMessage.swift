import Foundation

/// A protocol-buffers message under construction.
///
/// Written by hand rather than with swift-protobuf: an exporter only ever writes, of ONNX's messages it needs ten, and their fields are all
/// of three wire types. This is a page of code where that package would compile a hundred files into every build.
///
/// Source: Protocol Buffers, "Encoding", https://protobuf.dev/programming-guides/encoding.
struct ProtobufMessage {
    private(set) var bytes = Data()

    private enum WireType: UInt64 {
        case varint = 0
        case lengthDelimited = 2
        case fixed32 = 5
    }

    mutating func add(_ field: Int, _ value: Int64) {
        addKey(field, .varint)
        addVarint(UInt64(bitPattern: value))
    }

    mutating func add(_ field: Int, _ value: Int) { add(field, Int64(value)) }

    mutating func add(_ field: Int, _ value: Float) {
        addKey(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func add(_ field: Int, _ value: String) { add(field, Data(value.utf8)) }

    mutating func add(_ field: Int, _ value: ProtobufMessage) { add(field, value.bytes) }

    mutating func add(_ field: Int, _ value: Data) {
        addKey(field, .lengthDelimited)
        addVarint(UInt64(value.count))
        bytes.append(value)
    }

    private mutating func addKey(_ field: Int, _ type: WireType) { addVarint(UInt64(field) << 3 | type.rawValue) }

    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    private mutating func addVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
