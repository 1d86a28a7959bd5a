import Foundation

/// An encoder for one Protocol Buffers message.
///
/// gtn-nas only writes about twenty messages of ONNX and TensorBoard, with four wire types. One page of code suffices for them, while
/// swift-protobuf would add a hundred files to every build.
///
/// Source: Protocol Buffers, "Encoding", https://protobuf.dev/programming-guides/encoding.
public struct ProtobufMessage {
    public private(set) var bytes = Data()

    public init() {}

    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    public mutating func add(_ field: Int, _ value: Int64) {
        addKey(field, .varint)
        addVarint(UInt64(bitPattern: value))
    }

    public mutating func add(_ field: Int, _ value: Int) { add(field, Int64(value)) }

    public mutating func add(_ field: Int, _ value: Float) {
        addKey(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func add(_ field: Int, _ value: Double) {
        addKey(field, .fixed64)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }

    public mutating func add(_ field: Int, _ value: String) { add(field, Data(value.utf8)) }

    public mutating func add(_ field: Int, _ value: ProtobufMessage) { add(field, value.bytes) }

    public mutating func add(_ field: Int, _ value: Data) {
        addKey(field, .lengthDelimited)
        addVarint(UInt64(value.count))
        bytes.append(value)
    }

    private mutating func addKey(_ field: Int, _ type: WireType) { addVarint(UInt64(field) << 3 | type.rawValue) }

    /// Appends seven bits per byte, the lowest first. The eighth bit marks that more bytes follow.
    private mutating func addVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
