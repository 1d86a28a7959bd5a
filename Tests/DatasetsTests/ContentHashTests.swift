import Testing

@testable import Datasets

@Suite struct ContentHashTests {
    /// The expected values are from the Python package xxhash 3.6, which wraps the reference implementation in C.
    @Test(
        arguments: [
            (0, 0, 0xef46_db37_51d8_e999), (31, 7, 0x0bdb_bcae_ad6c_6e56), (100, 0, 0x6ac1_e580_3216_6597),
            (100, 12345, 0x028b_a1ae_2de4_de27),
        ] as [(Int, UInt64, UInt64)])
    func equalsTheReference(count: Int, seed: UInt64, hash: UInt64) {
        #expect(ContentHash.xxh64((0..<count).map { UInt8($0) }, seed: seed) == hash)
    }

    @Test func equalsTheReferenceOnText() {
        #expect(ContentHash.xxh64(Array("abc".utf8), seed: 0) == 0x44bc_2cf5_ad77_0999)
    }

    @Test func eachArrayIsSeededWithThePrecedingHash() {
        var hash = ContentHash()
        hash.add([1])
        hash.add([2, 3])
        #expect(hash.value == ContentHash.xxh64([2, 3], seed: ContentHash.xxh64([1], seed: 0)))
    }

    @Test func isWrittenWithLeadingZeros() {
        var hash = ContentHash()
        hash.add((0..<31).map { UInt8($0) })
        #expect(hash.description.count == "xxh64:".count + 16)
    }
}
