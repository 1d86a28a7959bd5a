import Foundation
import Testing

/// A headless Chromium, if it is installed.
enum Browser {
    static let path = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static let isMissing: Comment = "needs Chromium: apt-get install chromium"

    /// Returns the document of a page file after its scripts ran.
    ///
    /// - Parameter milliseconds: the page's virtual time, in which timers fire without waiting.
    static func document(_ page: String, profile: String, milliseconds: Int? = nil) throws -> String {
        let arguments =
            ["--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(profile)", "--dump-dom"]
            + (milliseconds.map { ["--virtual-time-budget=\($0)"] } ?? [])
            + ["file://\(page)"]
        return String(decoding: try Tool.run(try #require(path), arguments).output, as: UTF8.self)
    }
}
