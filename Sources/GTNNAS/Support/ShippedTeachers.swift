import Foundation

/// Teachers that come with the program, in `Results/teachers`.
enum ShippedTeachers {
    /// The files, as paths that can be read from here: of the current directory, else of the package that the program was built in.
    static var paths: [String] {
        let manager = FileManager.default
        let places =
            ["Results/teachers"]
            + (Bundle.main.executableURL.map { Array(sequence(first: $0.resolvingSymlinksInPath()) { parent($0) }) } ?? [])
            .map { $0.appending(path: "Results/teachers").path }
        guard let place = places.first(where: manager.fileExists(atPath:)) else { return [] }
        return ((try? manager.contentsOfDirectory(atPath: place)) ?? []).filter { $0.hasSuffix(".safetensors") }.sorted()
            .map { "\(place)/\($0)" }
    }

    private static func parent(_ url: URL) -> URL? { url.path == "/" ? nil : url.deletingLastPathComponent() }
}
