import Foundation
import Testing

@testable import Reports

@Suite struct EventFileTests {
    /// Values from RFC 3720, appendix B.4, and the standard check value of CRC-32C.
    @Test(
        arguments: [
            (Data(repeating: 0, count: 32), UInt32(0x8a91_36aa)), (Data(repeating: 0xff, count: 32), 0x62a8_ab43),
            (Data(0..<32), 0x46dd_794e),
            (Data("123456789".utf8), 0xe306_9283),
        ] as [(Data, UInt32)]) func checksums(_ data: Data, _ expected: UInt32)
    {
        #expect(EventFile.checksum(data) == expected)
    }

    /// Fields 1 (the time, a double) and 3 (the version) of `event.proto`, encoded by hand.
    @Test func fileStartsWithItsVersion() {
        let data = EventFile(time: 0).data
        #expect(data.prefix(8) == Data([24, 0, 0, 0, 0, 0, 0, 0]))
        #expect(data.dropFirst(12).dropLast(4) == Data([0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 13]) + Data("brain.Event:2".utf8))
        #expect(data.count == 8 + 4 + 24 + 4)
    }

    @Test func everyRecordHasValidChecksums() {
        var file = EventFile(time: 1)
        file.add(scalar: 0.5, "loss", step: 3, time: 2)
        file.add(png: Data([1, 2, 3]), width: 2, height: 1, channels: 1, "images", step: 0, time: 2)
        file.add(hyperparameters: ["batch": .number(64), "kind": .text("distilled")], metrics: ["loss"], group: "run", begun: 1, ended: 2)
        var rest = file.data[...], records = 0
        func word(_ bytes: Data.SubSequence) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        while !rest.isEmpty {
            let length = Int(word(rest.prefix(8)))
            #expect(word(rest.dropFirst(8).prefix(4)) == UInt64(EventFile.maskedChecksum(Data(rest.prefix(8)))))
            let message = Data(rest.dropFirst(12).prefix(length))
            #expect(word(rest.dropFirst(12 + length).prefix(4)) == UInt64(EventFile.maskedChecksum(message)))
            rest = rest.dropFirst(16 + length)
            records += 1
        }
        #expect(records == 6)
    }
}
