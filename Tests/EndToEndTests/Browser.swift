import Foundation
import Testing

/// A headless Chromium, where there is one.
enum Browser {
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static let isMissing: Comment = "needs Chromium: apt-get install chromium"

    /// The document of a page file after its scripts have run.
    /// - Parameter milliseconds: of the page's own time, in which timers fire at once.
    static func document(_ page: String, profile: String, milliseconds: Int? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(path))
        process.arguments =
            ["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile)", "--dump-dom"] + (milliseconds.map { ["--virtual-time-budget=\($0)"] } ?? [])
            + ["file://\(page)"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let document = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return document
    }
}
