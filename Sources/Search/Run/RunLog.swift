import Foundation
import Synchronization

/// `log.jsonl`: one line of JSON for everything that happened in a run, for other programs to follow.
public final class RunLog: Sendable {
    private let handle: Mutex<FileHandle>

    /// Opens the file at its end, made if need be.
    public init(_ url: URL) throws {
        if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
        let opened = try FileHandle(forWritingTo: url)
        try opened.seekToEnd()
        handle = Mutex(opened)
    }

    /// Appends an event with the time of day.
    public func write(_ event: String, _ fields: [String: any Sendable] = [:]) {
        var object: [String: Any] = fields
        object["event"] = event
        object["time"] = Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
        // Numbers that JSON does not know are left out rather than the whole line.
        object = object.filter { ($0.value as? Double)?.isFinite ?? true }
        guard let line = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]) else {
            return
        }
        // The log follows the run; it never stops it.
        handle.withLock { try? $0.write(contentsOf: line + Data("\n".utf8)) }
    }
}
