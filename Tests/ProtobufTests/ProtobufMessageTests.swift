import Foundation
import Testing

@testable import Protobuf

/// Expected bytes: the examples of "Encoding" in the Protocol Buffers documentation, and others by its rules.
@Suite struct ProtobufMessageTests {
    private func bytes(_ build: (inout ProtobufMessage) -> Void) -> [UInt8] {
        var message = ProtobufMessage()
        build(&message)
        return Array(message.bytes)
    }

    @Test func documentedExamples() {
        #expect(bytes { $0.add(1, 150) } == [0x08, 0x96, 0x01])
        #expect(bytes { $0.add(2, "testing") } == [0x12, 0x07] + Array("testing".utf8))
        #expect(
            bytes {
                var inner = ProtobufMessage()
                inner.add(1, 150)
                $0.add(3, inner)
            } == [0x1a, 0x03, 0x08, 0x96, 0x01])
        #expect(bytes { $0.add(1, -2) } == [0x08, 0xfe] + [UInt8](repeating: 0xff, count: 8) + [0x01])
    }

    @Test func otherFields() {
        // As a double, 1.5 is 0x3ff8000000000000.
        #expect(bytes { $0.add(3, 1.5) } == [0x19, 0, 0, 0, 0, 0, 0, 0xf8, 0x3f])
        // As a float, 1.5 is 0x3fc00000. Field 20 has a key of two bytes.
        #expect(bytes { $0.add(2, Float(1.5)) } == [0x15, 0x00, 0x00, 0xc0, 0x3f])
        #expect(bytes { $0.add(20, 1) } == [0xa0, 0x01, 0x01])
        #expect(bytes { $0.add(1, 0) } == [0x08, 0x00])
    }
}
