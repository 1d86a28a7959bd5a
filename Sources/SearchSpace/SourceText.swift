/// A half-open range of UTF-8 offsets into a file.
struct SourceRange: Hashable, Sendable {
    var start: Int
    var end: Int

    func joined(with other: SourceRange) -> SourceRange {
        SourceRange(start: min(start, other.start), end: max(end, other.end))
    }
}

/// The text of a space file, with what is needed to point into it.
struct SourceText: Sendable {
    let file: String
    let bytes: [UInt8]
    /// Offset of each line's first byte.
    private let lineStarts: [Int]

    init(_ text: String, file: String) {
        self.file = file
        let bytes = Array(text.utf8)
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// Line number of an offset, counted from 0.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return low
    }

    func diagnostic(_ severity: Diagnostic.Severity, at range: SourceRange, _ message: String, suggestion: String? = nil) -> Diagnostic {
        let line = line(at: range.start)
        let start = lineStarts[line]
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n"), bytes[end] != UInt8(ascii: "\r") { end += 1 }
        let before = String(decoding: bytes[start..<max(start, min(range.start, end))], as: UTF8.self)
        let marked = String(decoding: bytes[min(range.start, end)..<max(min(range.start, end), min(range.end, end))], as: UTF8.self)
        return Diagnostic(
            file: file, line: line + 1, column: before.count + 1, length: max(1, marked.count), severity: severity,
            message: message, suggestion: suggestion, sourceLine: String(decoding: bytes[start..<end], as: UTF8.self))
    }
}
