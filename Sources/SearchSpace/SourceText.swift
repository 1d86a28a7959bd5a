/// A half-open range of UTF-8 offsets. The offsets of a file begin at its `base`, so that they are unique over all files.
struct SourceRange: Hashable, Sendable {
    var start: Int
    var end: Int

    func joined(with other: SourceRange) -> SourceRange {
        SourceRange(start: min(start, other.start), end: max(end, other.end))
    }
}

/// The text of a space file, with an index of its lines.
struct SourceText: Sendable {
    let file: String
    let bytes: [UInt8]
    /// The offset of the first byte among all files.
    let base: Int
    /// The offset of each line's first byte.
    private let lineStarts: [Int]

    init(_ text: String, file: String, base: Int = 0) {
        self.file = file
        self.base = base
        let bytes = Array(text.utf8)
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// The place after the last byte.
    var end: SourceRange { SourceRange(start: base + bytes.count, end: base + bytes.count) }

    /// The line of an offset, counted from 0.
    func line(at place: Int) -> Int {
        let offset = place - base
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
        let range = SourceRange(start: range.start - base, end: range.end - base)
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

/// A space file and the files that it includes.
struct SourceFiles: Sendable {
    /// All files, the space file first.
    private(set) var files: [SourceText]

    init(_ main: SourceText) { files = [main] }

    var main: SourceText { files[0] }

    /// The base of the next file. The offset between two files belongs to neither.
    var nextBase: Int { files.last.map { $0.base + $0.bytes.count + 1 } ?? 0 }

    mutating func append(_ file: SourceText) { files.append(file) }

    func file(of range: SourceRange) -> SourceText { files.last { $0.base <= range.start } ?? main }

    func diagnostic(_ severity: Diagnostic.Severity, at range: SourceRange, _ message: String, suggestion: String? = nil) -> Diagnostic {
        file(of: range).diagnostic(severity, at: range, message, suggestion: suggestion)
    }

    /// The text `line 3`, or `line 3 of ops.space` if that is another file than the file of `reader`.
    func place(of range: SourceRange, seenFrom reader: SourceRange) -> String {
        let file = file(of: range)
        let line = "line \(file.line(at: range.start) + 1)"
        return file.base == self.file(of: reader).base ? line : "\(line) of \(file.file)"
    }
}
