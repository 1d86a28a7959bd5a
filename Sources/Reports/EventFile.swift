import Foundation
import Protobuf

/// An event file for TensorBoard: scalars over steps, images and hyperparameters.
///
/// Events are messages of TensorFlow's `event.proto` and `summary.proto`. Each is a record of a TFRecord file: its length (8 bytes), the
/// masked CRC-32C of the length, the message, and the masked CRC-32C of the message. Numbers are little-endian.
///
/// Source: tensorflow.org, "TFRecord and tf.train.Example", section "TFRecords format details".
public struct EventFile {
    public private(set) var data = Data()

    /// - Parameter time: seconds since 1970.
    public init(time: Double) {
        var event = ProtobufMessage()
        event.add(1, time)
        event.add(3, "brain.Event:2")
        append(event)
    }

    /// Adds one value of a curve.
    public mutating func add(scalar value: Double, _ tag: String, step: Int, time: Double) {
        var summary = ProtobufMessage()
        summary.add(1, tag)
        summary.add(2, Float(value))
        append(summary, step: step, time: time)
    }

    /// Adds an image, as the content of a PNG file with its size and channels.
    public mutating func add(png: Data, width: Int, height: Int, channels: Int, _ tag: String, step: Int, time: Double) {
        var image = ProtobufMessage()
        image.add(1, height)
        image.add(2, width)
        image.add(3, channels)
        image.add(4, png)
        var summary = ProtobufMessage()
        summary.add(1, tag)
        summary.add(4, image)
        append(summary, step: step, time: time)
    }

    mutating func append(_ value: ProtobufMessage, step: Int, time: Double) {
        var summary = ProtobufMessage()
        summary.add(1, value)
        var event = ProtobufMessage()
        event.add(1, time)
        event.add(2, step)
        event.add(5, summary)
        append(event)
    }

    private mutating func append(_ event: ProtobufMessage) {
        let length = Self.littleEndian(UInt64(event.bytes.count))
        data.append(length)
        data.append(Self.littleEndian(Self.maskedChecksum(length)))
        data.append(event.bytes)
        data.append(Self.littleEndian(Self.maskedChecksum(event.bytes)))
    }

    private static func littleEndian(_ value: some FixedWidthInteger) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }

    // MARK: - Checksums

    /// The rotated and offset CRC-32C that TFRecord requires, because a plain checksum is weak over data that contains checksums.
    static func maskedChecksum(_ data: Data) -> UInt32 {
        let checksum = checksum(data)
        return (checksum >> 15 | checksum << 17) &+ 0xa282_ead8
    }

    /// The CRC-32C (Castagnoli) of RFC 3720, appendix B.4.
    static func checksum(_ data: Data) -> UInt32 {
        ~data.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }

    private static let table = (UInt32(0)..<256).map { byte in
        (0..<8).reduce(byte) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82f6_3b78 : rest >> 1 }
    }
}
