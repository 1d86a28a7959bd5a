import Foundation
import Synchronization

/// The file `log.jsonl`: one line of JSON per event of a run, for other programs to follow.
public final class RunLog: Sendable {
    private let handle: Mutex<FileHandle>

    /// Opens the file for appending, and creates it if it does not exist.
    public init(_ url: URL) throws {
        if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
        let opened = try FileHandle(forWritingTo: url)
        try opened.seekToEnd()
        handle = Mutex(opened)
    }

    /// Appends an event with the current time.
    /// - Parameters:
    ///   - event: name of the event.
    ///   - fields: further fields; numbers that are not finite are omitted.
    public func write(_ event: String, _ fields: [String: any Sendable] = [:]) {
        var object: [String: Any] = fields
        object["event"] = event
        object["time"] = Date().ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true))
        // JSON has no infinite or NaN numbers; omitting them keeps the rest of the line.
        object = object.filter { ($0.value as? Double)?.isFinite ?? true }
        guard let line = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]) else {
            return
        }
        // A failure to log must not end the run.
        handle.withLock { try? $0.write(contentsOf: line + Data("\n".utf8)) }
    }
}
