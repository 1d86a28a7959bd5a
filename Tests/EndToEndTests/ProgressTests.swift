import Foundation
import Testing

/// Progress on a terminal, which `script` provides.
@Suite struct ProgressTests {
    private static let terminal = "/usr/bin/script"

    /// Returns everything that a search writes to a terminal of 120 columns.
    private func shown(_ more: [String]) throws -> String {
        let run = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: run) }
        let command =
            [
                "stty cols 120;", try Executable.location, "search", "SearchSpaces/fashion.space", "--data", "fashion-mnist", "--proxy",
                "parameters", "--candidates", "3",
            ]
            + ["--validate", "2", "--epochs", "1", "--images", "400", "--run", run] + more
        let result = try Tool.run(
            Self.terminal, ["-qec", command.joined(separator: " "), "/dev/null"], directory: URL(fileURLWithPath: Executable.root))
        let text = String(decoding: result.output, as: UTF8.self)
        #expect(result.status == 0, "\(text)")
        return text
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: terminal), "needs script")) func drawsABarOnATerminal() throws {
        let text = try shown([])
        #expect(text.contains("██████████░░░░░░░░░░  50 % validating: 1 of 2"))
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: terminal), "needs script"), arguments: ["--quiet", "--json"])
    func drawsNoBarWithOption(_ option: String) throws {
        let text = try shown([option])
        #expect(!text.contains("░") && !text.contains("\u{1B}["))
    }
}
