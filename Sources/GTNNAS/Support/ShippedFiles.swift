import Basics
import Foundation
import SearchSpace

/// The search spaces and teachers that come with the program: in `share/gtn-nas` of an installation, or in the checkout it was built in.
enum ShippedFiles {
    private static let ending = ".space"

    /// Teacher files, sorted by name. Files of the current directory's `Results/teachers` come first.
    static var teachers: [String] { contents(installed: "teachers", checkout: "Results/teachers", ending: ".safetensors") }

    private static var spaces: [String] { contents(installed: "SearchSpaces", checkout: "SearchSpaces", ending: ending) }

    /// The search space that FILE means: a file, or a shipped space by its name, as `fashion`.
    static func space(_ file: String) throws -> SearchSpace {
        try SearchSpace.load(path: path(ofSpace: file))
    }

    /// The path of the search space that FILE means.
    ///
    /// - Throws: `InputRefusal` for a bare name that is neither a file nor a shipped space.
    static func path(ofSpace file: String) throws -> String {
        guard !FileManager.default.fileExists(atPath: file), !file.contains("/") else { return file }
        let shipped = spaces
        let name = file.hasSuffix(ending) ? file : file + ending
        if let path = shipped.first(where: { URL(fileURLWithPath: $0).lastPathComponent == name }) { return path }
        // A name with an ending is a file that is missing.
        guard !file.contains("."), !shipped.isEmpty else { return file }
        let names = shipped.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
        let hint = Suggestion.didYouMean(file, among: names) ?? "those that do: \(names.joined(separator: ", "))"
        throw InputRefusal("\(file): no such file, and no search space of this name comes with gtn-nas; \(hint)")
    }

    /// The files of the first directory that exists.
    private static func contents(installed: String, checkout: String, ending: String) -> [String] {
        let manager = FileManager.default
        let above = Bundle.main.executableURL.map { Array(sequence(first: $0.resolvingSymlinksInPath()) { parent($0) }) } ?? []
        let places =
            [checkout] + above.dropFirst(2).prefix(1).map { $0.appending(path: "share/gtn-nas/\(installed)").path }
            + above.map { $0.appending(path: checkout).path }
        guard let place = places.first(where: manager.fileExists(atPath:)) else { return [] }
        return ((try? manager.contentsOfDirectory(atPath: place)) ?? []).filter { $0.hasSuffix(ending) }.sorted().map { "\(place)/\($0)" }
    }

    private static func parent(_ url: URL) -> URL? { url.path == "/" ? nil : url.deletingLastPathComponent() }
}
