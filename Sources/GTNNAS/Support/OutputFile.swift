import Foundation

/// Checks before the work what would spoil it after.
enum OutputFile {
    /// Refuses a path that cannot be written to.
    static func check(_ path: String) throws {
        let manager = FileManager.default
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard manager.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw InputRefusal("\(path): there is no directory \(directory); make it first")
        }
        if manager.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
            throw InputRefusal("\(path): is a directory; name a file in it")
        }
        guard manager.isWritableFile(atPath: directory) else {
            throw InputRefusal("\(path): cannot be written; choose another place or change the permissions of \(directory)")
        }
    }
}
