/// A hash of a sequence of byte arrays: XXH64 of each array, seeded with the hash of the preceding arrays (initially 0).
///
/// It distinguishes data sets and detects damage, but not deliberate forgery. Every command that reads data computes it, so the hash is
/// fast: gigabytes per second instead of hundreds of megabytes for a cryptographic one.
/// Source: Collet, "xxHash fast digest algorithm", specification 0.2.0, section XXH64. Any xxHash library gives the same values.
struct ContentHash: CustomStringConvertible {
    private(set) var value: UInt64 = 0

    mutating func add(_ bytes: [UInt8]) {
        value = Self.xxh64(bytes, seed: value)
    }

    /// The hash as `xxh64:` and 16 hexadecimal digits.
    var description: String {
        let digits = String(value, radix: 16)
        return "xxh64:" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static let prime1: UInt64 = 0x9e37_79b1_85eb_ca87
    private static let prime2: UInt64 = 0xc2b2_ae3d_27d4_eb4f
    private static let prime3: UInt64 = 0x1656_67b1_9e37_79f9
    private static let prime4: UInt64 = 0x85eb_ca77_c2b2_ae63
    private static let prime5: UInt64 = 0x27d4_eb2f_1656_67c5

    static func xxh64(_ bytes: [UInt8], seed: UInt64) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var offset = 0
            var hash: UInt64
            if bytes.count >= 32 {
                var lane1 = seed &+ prime1 &+ prime2
                var lane2 = seed &+ prime2
                var lane3 = seed
                var lane4 = seed &- prime1
                while offset + 32 <= bytes.count {
                    lane1 = round(lane1, word(bytes, offset))
                    lane2 = round(lane2, word(bytes, offset + 8))
                    lane3 = round(lane3, word(bytes, offset + 16))
                    lane4 = round(lane4, word(bytes, offset + 24))
                    offset += 32
                }
                hash = rotated(lane1, 1) &+ rotated(lane2, 7) &+ rotated(lane3, 12) &+ rotated(lane4, 18)
                for lane in [lane1, lane2, lane3, lane4] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
            } else {
                hash = seed &+ prime5
            }
            hash &+= UInt64(bytes.count)
            while offset + 8 <= bytes.count {
                hash = rotated(hash ^ round(0, word(bytes, offset)), 27) &* prime1 &+ prime4
                offset += 8
            }
            if offset + 4 <= bytes.count {
                let half = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                hash = rotated(hash ^ half &* prime1, 23) &* prime2 &+ prime3
                offset += 4
            }
            for byte in bytes[offset...] { hash = rotated(hash ^ UInt64(byte) &* prime5, 11) &* prime1 }
            hash = (hash ^ hash >> 33) &* prime2
            hash = (hash ^ hash >> 29) &* prime3
            return hash ^ hash >> 32
        }
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* prime2, 31) &* prime1
    }

    private static func rotated(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 - bits)
    }
}
