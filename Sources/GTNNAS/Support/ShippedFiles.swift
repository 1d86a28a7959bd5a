import Basics
import Foundation
import SearchSpace

/// The search spaces and teachers that come with the program: in `share/gtn-nas` of an installation, or in the checkout it was built in.
enum ShippedFiles {
    /// A kind of shipped file.
    private struct Kind {
        let text: String
        let ending: String
        /// Paths in the installation's share directory and in the checkout.
        let installed: String
        let checkout: String
    }

    private static let spaces = Kind(text: "search space", ending: ".space", installed: "SearchSpaces", checkout: "SearchSpaces")
    private static let teacherFiles = Kind(text: "teacher", ending: ".safetensors", installed: "teachers", checkout: "Results/teachers")

    /// Paths of teacher files, sorted by name. A `Results/teachers` in the current directory replaces the shipped ones.
    static var teachers: [String] {
        FileManager.default.fileExists(atPath: teacherFiles.checkout)
            ? contents(of: teacherFiles.checkout, teacherFiles) : shipped(teacherFiles)
    }

    /// Loads the search space that FILE means: a file, or a shipped space by its name, as `fashion`.
    static func space(_ file: String) throws -> SearchSpace { try SearchSpace.load(path: path(ofSpace: file)) }

    /// The path of a search space, given as a path or as the name of a shipped space.
    ///
    /// - Throws: `InputRefusal` for a bare name that is neither a file nor a shipped space.
    static func path(ofSpace file: String) throws -> String { try path(of: file, spaces) }

    /// The path of a teacher, given as a path or as the name of a shipped teacher; errors are those of `path(ofSpace:)`.
    static func path(ofTeacher file: String) throws -> String { try path(of: file, teacherFiles) }

    private static func path(of file: String, _ kind: Kind) throws -> String {
        var isDirectory: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory)
        guard !exists || isDirectory.boolValue, !file.contains("/") else { return file }
        let paths = shipped(kind)
        let name = file.hasSuffix(kind.ending) ? file : file + kind.ending
        if let path = paths.first(where: { URL(fileURLWithPath: $0).lastPathComponent == name }) { return path }
        // A directory, or a name with an ending: the error is that of the file.
        guard !exists, !file.contains("."), !paths.isEmpty else { return file }
        let names = paths.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
        let hint = Suggestion.didYouMean(file, among: names) ?? "those that do: \(names.joined(separator: ", "))"
        throw InputRefusal("\(file): no such file, and no \(kind.text) of this name comes with gtn-nas; \(hint)")
    }

    /// Paths of the files of the installation, else of the checkout.
    private static func shipped(_ kind: Kind) -> [String] {
        let above = Bundle.main.executableURL.map { Array(sequence(first: $0.resolvingSymlinksInPath()) { parent($0) }) } ?? []
        let places =
            above.dropFirst(2).prefix(1).map { $0.appending(path: "share/gtn-nas/\(kind.installed)").path }
            + above.map { $0.appending(path: kind.checkout).path }
        return places.first(where: FileManager.default.fileExists(atPath:)).map { contents(of: $0, kind) } ?? []
    }

    private static func contents(of place: String, _ kind: Kind) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
        return names.filter { $0.hasSuffix(kind.ending) }.sorted().map { "\(place)/\($0)" }
    }

    private static func parent(_ url: URL) -> URL? { url.path == "/" ? nil : url.deletingLastPathComponent() }
}
