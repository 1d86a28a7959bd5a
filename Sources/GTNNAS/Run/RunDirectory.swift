import Foundation
import ResultStore

/// Where the files of a run are.
struct RunDirectory: Sendable {
    let url: URL

    init(path: String) {
        url = URL(fileURLWithPath: path, isDirectory: true)
    }

    /// `Results/runs/<space>-<date>-<time>`, with a number where that is taken.
    static func standard(space: String) -> RunDirectory {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyyMMdd-HHmmss"
        let base = "Results/runs/\(space)-\(format.string(from: Date()))"
        let names = [base] + (2...99).map { "\(base)-\($0)" }
        return RunDirectory(path: names.first { !FileManager.default.fileExists(atPath: $0) } ?? base)
    }

    var teacher: String { url.appending(path: "teacher.safetensors").path }
    /// Of a teacher that is being made.
    var checkpoint: String { url.appending(path: "teacher.checkpoint").path }
    var settings: URL { url.appending(path: "settings.json") }
    var log: URL { url.appending(path: "log.jsonl") }

    /// The path as the user can type it from here.
    var shown: String {
        let here = FileManager.default.currentDirectoryPath + "/"
        return url.path.hasPrefix(here) ? String(url.path.dropFirst(here.count)) : url.path
    }

    /// Refuses, before the work, what `ResultStore.create` would refuse after it; makes nothing.
    func checkIsFree() throws {
        let manager = FileManager.default
        var isDirectory: ObjCBool = false
        if manager.fileExists(atPath: url.appending(path: ResultStore.fileName).path) {
            throw InputRefusal("\(shown) already holds a run; go on with it with --resume, or choose another directory with --run")
        }
        var place = url.standardizedFileURL
        while !manager.fileExists(atPath: place.path, isDirectory: &isDirectory), place.path != "/" { place.deleteLastPathComponent() }
        guard isDirectory.boolValue else {
            throw InputRefusal("\(shown) cannot be made: \(place.path) is a file, not a directory; choose another place with --run")
        }
        guard manager.isWritableFile(atPath: place.path) else {
            throw InputRefusal("\(shown) cannot be written: nothing may be made in \(place.path); choose another place with --run")
        }
    }
}
