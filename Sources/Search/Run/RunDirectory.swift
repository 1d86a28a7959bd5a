import Basics
import Foundation
import ResultStore

/// The directory of a run.
public struct RunDirectory: Sendable {
    public let url: URL

    public init(path: String) {
        url = URL(fileURLWithPath: path, isDirectory: true)
    }

    /// Returns `Results/runs/<space>-<date>-<time>`, with a number appended if that directory exists.
    /// - Parameter space: name of the space.
    public static func standard(space: String) -> RunDirectory {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyyMMdd-HHmmss"
        let base = "Results/runs/\(space)-\(format.string(from: Date()))"
        let names = [base] + (2...99).map { "\(base)-\($0)" }
        return RunDirectory(path: names.first { !FileManager.default.fileExists(atPath: $0) } ?? base)
    }

    /// Path of the teacher file.
    public var teacher: String { url.appending(path: "teacher.safetensors").path }
    /// Path of the file of a candidate that was trained to the end within this time.
    public func model(of candidate: Candidate, seconds: Double) -> String {
        url.appending(path: "model-\(candidate.hash)-\(decimal(seconds, 0))s.safetensors").path
    }
    /// Path of the meta-training's checkpoint.
    var checkpoint: String { url.appending(path: "teacher.checkpoint").path }
    var settings: URL { url.appending(path: "settings.json") }
    public var log: URL { url.appending(path: "log.jsonl") }

    /// The path, relative to the current directory if it is inside.
    public var shown: String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return url.path.hasPrefix(here) ? String(url.path.dropFirst(here.count)) : url.path
    }

    /// Checks that `ResultStore.create` can create a run here, so that an unusable directory is refused before any work. Creates nothing.
    func checkIsFree() throws {
        let manager = FileManager.default
        var isDirectory: ObjCBool = false
        if manager.fileExists(atPath: url.appending(path: ResultStore.fileName).path) {
            throw InputError(
                """
                \(shown) already holds a run; resume it with \(setting: "resumes"), or choose another directory with \
                \(setting: "directory")
                """
            )
        }
        var place = url.standardizedFileURL
        while !manager.fileExists(atPath: place.path, isDirectory: &isDirectory), place.path != "/" { place.deleteLastPathComponent() }
        guard isDirectory.boolValue else {
            throw InputError(
                """
                \(shown) cannot be created: \(place.path) is a file, not a directory; choose another directory with \(setting: "directory")
                """)
        }
        guard manager.isWritableFile(atPath: place.path) else {
            throw InputError(
                """
                \(shown) cannot be created: no permission to write to \(place.path); choose another directory with \(setting: "directory")
                """)
        }
    }
}
