import Basics

/// A word, number or sign of a space file.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case name
        case integer(Int)
        /// A number with K, M or G for thousands, millions or billions, allowed only in requirements.
        case quantity(Int)
        case decimal(Double)
        /// `3x3` or `3x32x32`.
        case dimensions([Int])
        case sign
        case endOfFile
    }

    var kind: Kind
    var text: String
    var range: SourceRange
    /// The line, counted from 0.
    var line: Int
    /// The comments between the previous token and this one, without `#`.
    var comments: [Comment]
}

struct Comment: Hashable, Sendable {
    var text: String
    var line: Int
}

/// Splits text into tokens. It reports and skips invalid characters.
struct Lexer {
    /// The largest number. No useful space exceeds it, and products of a few such numbers do not overflow.
    static let largestNumber = 1_000_000

    static let smallestDecimal = 0.0001

    static let largestQuantity = 1_000_000_000_000
    static let units: [UInt8: Double] = [UInt8(ascii: "K"): 1e3, UInt8(ascii: "M"): 1e6, UInt8(ascii: "G"): 1e9]

    private let source: SourceText
    private var position = 0
    private var line = 0
    private(set) var diagnostics: [Diagnostic] = []

    private init(_ source: SourceText) {
        self.source = source
    }

    static func tokens(of source: SourceText) -> (tokens: [Token], diagnostics: [Diagnostic]) {
        var lexer = Lexer(source)
        var tokens: [Token] = []
        while true {
            let comments = lexer.skipBlanks()
            guard lexer.position < source.bytes.count else {
                tokens.append(Token(kind: .endOfFile, text: "", range: source.end, line: lexer.line, comments: comments))
                return (tokens, lexer.diagnostics)
            }
            if var token = lexer.next() {
                token.comments = comments
                tokens.append(token)
            }
        }
    }

    private mutating func skipBlanks() -> [Comment] {
        var comments: [Comment] = []
        while position < source.bytes.count {
            switch source.bytes[position] {
            case UInt8(ascii: "\n"):
                line += 1
                position += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                position += 1
            case UInt8(ascii: "#"):
                let start = position + 1
                while position < source.bytes.count, source.bytes[position] != UInt8(ascii: "\n") { position += 1 }
                comments.append(Comment(text: Self.trimmed(source.bytes[start..<position]), line: line))
            default:
                return comments
            }
        }
        return comments
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        var rest = bytes
        if rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") || last == UInt8(ascii: "\r") {
            rest = rest.dropLast()
        }
        return String(decoding: rest, as: UTF8.self)
    }

    private mutating func next() -> Token? {
        let start = position
        let byte = source.bytes[start]
        if Self.isDigit(byte) { return number() }
        if Self.isLetter(byte) {
            // A hyphen belongs to a name when a letter or digit follows it: `avg-pool`, but `channels - 1`.
            while let byte = peek(), Self.isWord(byte) || (byte == UInt8(ascii: "-") && peek(1).map(Self.isWord) == true) { position += 1 }
            return token(.name, from: start)
        }
        if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: ">") {
            position += 2
            return token(.sign, from: start)
        }
        if "{}(),:;=+-*/>|".utf8.contains(byte) {
            position += 1
            return token(.sign, from: start)
        }
        // Reports a run of invalid bytes once.
        while let byte = peek(), byte >= 0x80 || !(Self.isWord(byte) || " \t\r\n#{}(),:;=+-*/>|".utf8.contains(byte)) { position += 1 }
        let range = range(from: start)
        let text = String(decoding: source.bytes[start..<position].prefix(16), as: UTF8.self)
        report(range, "unexpected `\(text)`", suggestion: "delete it, or put it in a comment after `#`")
        return nil
    }

    private mutating func number() -> Token? {
        let start = position
        var parts: [Int?] = [digits()]
        while peek() == UInt8(ascii: "x"), peek(1).map(Self.isDigit) == true {
            position += 1
            parts.append(digits())
        }
        var isDecimal = false
        if parts.count == 1, parts[0] != nil, peek() == UInt8(ascii: "."), peek(1).map(Self.isDigit) == true {
            isDecimal = true
            position += 1
            _ = digits()
        }
        let numberEnd = position
        while let byte = peek(), Self.isWord(byte) { position += 1 }
        if parts.count == 1, position == numberEnd + 1, let unit = Self.units[source.bytes[numberEnd]] {
            let value = (Double(String(decoding: source.bytes[start..<numberEnd], as: UTF8.self)) ?? 0) * unit
            if value <= Double(Self.largestQuantity) { return token(.quantity(Int(value.rounded())), from: start) }
        }
        let range = range(from: start)
        let text = String(decoding: source.bytes[start..<position], as: UTF8.self)
        guard position == numberEnd else {
            report(
                range, "`\(text.prefix(24))` is neither a number nor a name",
                suggestion: "numbers are written 16, 0.2 or 1.5M, windows 3x3, images 3x32x32; names start with a letter")
            return nil
        }
        if isDecimal {
            let value = Double(text) ?? 0
            // Smaller numbers would print with an exponent, which the language does not have.
            if value > 0, value < Self.smallestDecimal {
                report(range, "the number is too small; the smallest above 0 is \(Self.smallestDecimal)", suggestion: "write 0.0")
            }
            return token(.decimal(value), from: start)
        }
        guard parts.allSatisfy({ $0 != nil }) else {
            report(range, "the number is too large; the largest is \(Self.largestNumber)", suggestion: "write a smaller one")
            return token(parts.count == 1 ? .integer(1) : .dimensions(parts.map { _ in 1 }), from: start)
        }
        let values = parts.compactMap { $0 }
        return token(values.count == 1 ? .integer(values[0]) : .dimensions(values), from: start)
    }

    /// The value of a run of digits; nil if it is too large.
    private mutating func digits() -> Int? {
        var value: Int? = 0
        while let byte = peek(), Self.isDigit(byte) {
            value = value.flatMap {
                let next = $0 * 10 + Int(byte - UInt8(ascii: "0")); return next <= Self.largestNumber ? next : nil
            }
            position += 1
        }
        return value
    }

    private mutating func report(_ range: SourceRange, _ message: String, suggestion: String) {
        guard diagnostics.count < SpaceErrors.most else { return }
        diagnostics.append(source.diagnostic(.error, at: range, message, suggestion: suggestion))
    }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < source.bytes.count ? source.bytes[position + distance] : nil
    }

    private func token(_ kind: Token.Kind, from start: Int) -> Token {
        let text = String(decoding: source.bytes[start..<position], as: UTF8.self)
        return Token(kind: kind, text: text, range: range(from: start), line: line, comments: [])
    }

    private func range(from start: Int) -> SourceRange { SourceRange(start: source.base + start, end: source.base + position) }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
            || byte == UInt8(ascii: "_")
    }

    private static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
}
