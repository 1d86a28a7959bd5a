import Foundation

/// The files that commands write. Paths are checked before the work begins.
enum OutputFile {
    /// Refuses a path that cannot be written to.
    static func check(_ path: String) throws {
        let manager = FileManager.default
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard manager.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw InputRefusal("\(path): there is no directory \(directory); create it first")
        }
        if manager.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw InputRefusal("\(path): this is a directory; name a file in it")
        }
        guard manager.isWritableFile(atPath: directory) else {
            throw InputRefusal("\(path): cannot be written; choose another place, or change the permissions of \(directory)")
        }
    }

    /// Writes a text atomically, and prints its path.
    static func write(_ text: String, to path: String, command: String, json: Bool) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        if json { try Console.json(command, ["path": path]) } else { print(path) }
    }
}
