import Basics
@testable import SearchSpace

/// Damages space files as typos, merges and attacks do: changes, drops, doubles and moves bytes and words, enlarges numbers, nests parts.
struct TextMutator {
    /// Small texts with features that shipped files do not use.
    private static let more = [
        """
        space t image 1x8x8 classes 2 op any = a: relu | b: swish | c: dropout 0.2\nnetwork { any > 3 * any > global-avg-pool > linear \
        classes }
        """,
        "space t\nimage 3x8x8\nclasses 2\nop d(g) = g > g\ncell c(x, y; n) {\n"
            + "  a = choose 2 of (x > relu) | (y > conv 1x1 -> n) | z: (x > tanh)\n  return concat(loose)\n}\n"
            + "network { d(conv 1x1 -> 4) > c(4) > c(2 * 2) > global-avg-pool > linear classes }\nrequire at least 1 z in c",
        "space t image 2x9x9 classes 3\nsetting w = 4 learners 2 | 4\nop r = conv 3x3 -> in > (identity + conv 3x3)\n"
            + """
            network { (r + r + r) > conv (1x1 | 3x3) stride (1 | 2) -> (w | 2 * w) > squeeze-excite 2 > drop-path 0.1 > \
            global-avg-pool > linear classes }\n
            """
            + "require macs at most 1M",
    ]
    private static let words = [
        "op", "cell", "network", "space", "image", "classes", "setting", "include", "require", "foreign", "at most", "at least",
        "choose 2 of",
        "concat(loose)", "concat", "loose", "return", "match", "in", "learners", "stride 2", "groups in", "dilation 2", "-> 4", "conv 3x3",
        "relu",
        "identity", "zero", "norm", "group-norm 2", "linear classes", "global-avg-pool", "squeeze-excite 4", "1000 *", "2 *", "| ", " + ",
        " > ", "(", ")",
        "{", "}",
        ",", ";", ":", "=", "-", "/", "*", "0", "1", "1000", "1000000", "99999999999999999999", "0.5", "0.00000001", "64x64", "3x3x3",
        "500K", "é", "👩‍👩‍👧", "\t", "\r\n", "\n", "#",
    ]

    private let texts: [[UInt8]]

    init() throws {
        texts = try (Shipped.names.map(Shipped.text) + Self.more).map { Array($0.utf8) }
    }

    /// One damaged file. Equal generators give equal files.
    func text(using generator: inout SeededGenerator) -> String {
        var bytes = texts.randomElement(using: &generator)!
        for _ in 0..<Int.random(in: 1...4, using: &generator) { mutate(&bytes, using: &generator) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func mutate(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard bytes.count > 1 else {
            bytes = texts[0]
            return
        }
        func place() -> Int { Int.random(in: 0..<bytes.count, using: &generator) }
        func part(_ longest: Int) -> Range<Int> {
            let start = place()
            return start..<min(bytes.count, start + Int.random(in: 1...longest, using: &generator))
        }
        let word = Array(Self.words.randomElement(using: &generator)!.utf8)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: bytes[place()] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(part(30))
        case 2: bytes.insert(contentsOf: bytes[part(60)], at: place())
        case 3: bytes.insert(contentsOf: word, at: place())
        case 4: replaceWord(&bytes, by: word, using: &generator)
        case 5:
            let other = texts.randomElement(using: &generator)!
            let start = Int.random(in: 0..<other.count, using: &generator)
            bytes.insert(contentsOf: other[start..<min(other.count, start + 80)], at: place())
        case 6: replaceNumber(&bytes, using: &generator)
        case 7: exchangeWords(&bytes, using: &generator)
        case 8:
            let depth = Int.random(in: 1...40, using: &generator)
            let start = place()
            bytes.insert(contentsOf: Array(repeating: UInt8(ascii: "("), count: depth), at: start)
            bytes.insert(
                contentsOf: Array(repeating: UInt8(ascii: ")"), count: depth),
                at: min(bytes.count, start + depth + Int.random(in: 1...20, using: &generator)))
        default: bytes.removeSubrange(part(300))
        }
    }

    private func wordRange(_ bytes: [UInt8], using generator: inout SeededGenerator, where isPart: (UInt8) -> Bool) -> Range<Int>? {
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        guard let first = bytes[start...].firstIndex(where: isPart) else { return nil }
        return first..<(bytes[first...].firstIndex { !isPart($0) } ?? bytes.count)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || Character(UnicodeScalar(byte)).isLetter || isDigit(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func replaceWord(_ bytes: inout [UInt8], by word: [UInt8], using generator: inout SeededGenerator) {
        guard let range = wordRange(bytes, using: &generator, where: Self.isWord) else { return }
        bytes.replaceSubrange(range, with: word)
    }

    private func replaceNumber(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard let range = wordRange(bytes, using: &generator, where: Self.isDigit) else { return }
        let number = ["0", "1", "2", "7", "40", "64", "999", "1000", "65536", "1000000", "18446744073709551616"].randomElement(
            using: &generator)!
        bytes.replaceSubrange(range, with: Array(number.utf8))
    }

    private func exchangeWords(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        guard let a = wordRange(bytes, using: &generator, where: Self.isWord),
            let b = wordRange(bytes, using: &generator, where: Self.isWord)
        else { return }
        let (first, second) = a.lowerBound < b.lowerBound ? (a, b) : (b, a)
        guard first.upperBound <= second.lowerBound else { return }
        let (head, tail) = (bytes[first], bytes[second])
        bytes.replaceSubrange(second, with: head)
        bytes.replaceSubrange(first, with: tail)
    }
}
