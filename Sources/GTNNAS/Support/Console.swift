import Foundation

/// Output to the terminal: results go to stdout, everything else to stderr.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    static func error(_ text: String) {
        note(text.contains(": error: ") ? text : "error: \(text)")
    }

    /// Prints one JSON object, with its `schema` and `command`.
    static func json(_ command: String, _ fields: [String: Any]) throws {
        var object = fields
        object["schema"] = "gtn-nas/1"
        object["command"] = command
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed])
        print(String(decoding: data, as: UTF8.self))
    }

    /// An encodable value in the form that `json` takes.
    static func object(_ value: some Encodable) throws -> Any {
        try JSONSerialization.jsonObject(with: JSONEncoder().encode(value), options: .fragmentsAllowed)
    }
}

/// One line of progress that rewrites itself on a terminal; elsewhere, a plain line every 15 seconds.
final class Progress {
    private let silent: Bool
    private var lastPlain = -Double.infinity
    private var lastDrawn = -Double.infinity
    private var isDrawn = false
    private let clock = ProcessInfo.processInfo

    init(silent: Bool) {
        self.silent = silent
    }

    /// Shows the progress; `force` for lines that must not be skipped.
    /// - Parameter done: the finished fraction, drawn as a bar on a terminal.
    func update(_ text: @autoclosure () -> String, done: Double? = nil, force: Bool = false) {
        guard !silent else { return }
        let now = clock.systemUptime
        if Console.isTerminal {
            guard force || now - lastDrawn > 0.1 else { return }
            // Lets the first step of a phase be drawn directly after the phase's name.
            lastDrawn = force ? -.infinity : now
            isDrawn = true
            let line = (done.map { Self.bar($0) + " " } ?? "") + text()
            FileHandle.standardError.write(Data("\r\u{1B}[2K\(line.prefix(Self.columns))".utf8))
        } else if force || now - lastPlain > 15 {
            lastPlain = now
            Console.note(text())
        }
    }

    /// Prints a line that stays on the screen.
    func say(_ text: String) {
        guard !silent else { return }
        clear()
        Console.note(text)
    }

    func clear() {
        guard isDrawn else { return }
        isDrawn = false
        FileHandle.standardError.write(Data("\r\u{1B}[2K".utf8))
    }

    /// A bar of twenty characters, and the percentage.
    static func bar(_ done: Double) -> String {
        let share = done.isFinite ? min(max(done, 0), 1) : 0
        let full = Int(20 * share)
        let percent = "\(Int(100 * share))"
        return String(repeating: "█", count: full) + String(repeating: "░", count: 20 - full)
            + String(repeating: " ", count: 4 - percent.count) + percent + " %"
    }

    private static var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 10 ? Int(size.ws_col) - 1 : 79
    }
}
