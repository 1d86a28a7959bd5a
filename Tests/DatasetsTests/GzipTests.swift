import Testing

@testable import Datasets

@Suite struct GzipTests {
    /// `printf 'hello, world' | gzip -n9`
    private let helloWorld: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0xd7, 0x51, 0x28, 0xcf, 0x2f,
        0xca, 0x49, 0x01, 0x00, 0x3a, 0x72, 0xab, 0xff, 0x0c, 0x00, 0x00, 0x00,
    ]

    @Test func readsOutputOfTheGzipTool() throws {
        #expect(try Gzip.inflate(helloWorld, limit: 100) == Array("hello, world".utf8))
    }

    @Test(arguments: [0, 1, 1 << 18, (1 << 18) + 1, 1_000_000])
    func readsContentOfAnySize(count: Int) throws {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }
        #expect(try Gzip.inflate(gzip(content), limit: 1_000_000) == content)
    }

    @Test func readsAllMembers() throws {
        #expect(try Gzip.inflate(gzip([1, 2]) + gzip([3]), limit: 10) == [1, 2, 3])
    }

    @Test(arguments: [2, 10, 20, 31])
    func refusesTruncatedBytes(count: Int) {
        #expect(throws: Gzip.Failure.truncated) { try Gzip.inflate(Array(helloWorld[..<count]), limit: 100) }
    }

    @Test func refusesWrongChecksum() {
        var bytes = helloWorld
        bytes[24] ^= 1
        #expect(throws: Gzip.Failure.damaged("incorrect data check")) { try Gzip.inflate(bytes, limit: 100) }
    }

    @Test func refusesOtherBytesAfterTheStream() {
        #expect(throws: Gzip.Failure.damaged("incorrect header check")) {
            try Gzip.inflate(helloWorld + [7, 7, 7], limit: 100)
        }
    }

    @Test func refusesOtherFormats() {
        #expect(throws: Gzip.Failure.notGzip) { try Gzip.inflate([0, 0, 8, 3], limit: 100) }
        #expect(throws: Gzip.Failure.notGzip) { try Gzip.inflate([], limit: 100) }
    }

    @Test func refusesContentAboveTheLimit() {
        let bomb = gzip(Array(repeating: 0, count: 1_000_000))
        #expect(bomb.count < 2_000)
        #expect(throws: Gzip.Failure.tooLarge(limit: 999_999)) { try Gzip.inflate(bomb, limit: 999_999) }
    }
}
