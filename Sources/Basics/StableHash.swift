/// Hashes that are the same in every run, on every machine and in every version of the program.
public enum StableHash {
    /// The 64-bit FNV-1a hash of a text in UTF-8 (Fowler, Noll and Vo, RFC 9923).
    public static func fnv1a(_ text: String) -> UInt64 { fnv1a(text.utf8) }

    /// The 64-bit FNV-1a hash of bytes.
    public static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    /// The FNV-1a hash of a text, with its bits mixed.
    public static func of(_ text: String) -> UInt64 { mixed(fnv1a(text)) }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014): every bit of the
    /// argument affects every bit of the result.
    public static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// 16 hexadecimal digits.
    public static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
