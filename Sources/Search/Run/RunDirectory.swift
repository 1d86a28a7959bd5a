import Basics
import Foundation
import ResultStore

/// Where the files of a run are.
public struct RunDirectory: Sendable {
    public let url: URL

    public init(path: String) {
        url = URL(fileURLWithPath: path, isDirectory: true)
    }

    /// `Results/runs/<space>-<date>-<time>`, with a number where that is taken.
    public static func standard(space: String) -> RunDirectory {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyyMMdd-HHmmss"
        let base = "Results/runs/\(space)-\(format.string(from: Date()))"
        let names = [base] + (2...99).map { "\(base)-\($0)" }
        return RunDirectory(path: names.first { !FileManager.default.fileExists(atPath: $0) } ?? base)
    }

    public var teacher: String { url.appending(path: "teacher.safetensors").path }
    /// Of a teacher that is being made.
    var checkpoint: String { url.appending(path: "teacher.checkpoint").path }
    var settings: URL { url.appending(path: "settings.json") }
    public var log: URL { url.appending(path: "log.jsonl") }

    /// The path as the user can type it from here.
    public var shown: String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return url.path.hasPrefix(here) ? String(url.path.dropFirst(here.count)) : url.path
    }

    /// Refuses, before the work, what `ResultStore.create` would refuse after it; makes nothing.
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
                "\(shown) cannot be made: \(place.path) is a file, not a directory; choose another place with \(setting: "directory")")
        }
        guard manager.isWritableFile(atPath: place.path) else {
            throw InputError(
                "\(shown) cannot be written: nothing may be made in \(place.path); choose another place with \(setting: "directory")")
        }
    }
}
