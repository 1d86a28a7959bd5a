import Basics
import Foundation
import SearchSpace

/// Latencies from a command, such as a script that runs a network on a device. The command is given the path of an ONNX file as its last
/// argument and prints milliseconds. The network is untrained, which does not affect the latency.
public struct LatencyCommand: LatencySource {
    /// The number of characters of the command's errors to show.
    private static let shownCharacters = 300

    private let command: String

    /// - Parameter command: a command line for `/bin/sh`.
    public init(_ command: String) { self.command = command }

    public var name: String { "the command '\(command)'" }

    public func milliseconds(of architecture: Architecture, in space: SearchSpace) throws -> Double? {
        let file = FileManager.default.temporaryDirectory.appending(path: "gtn-nas-\(UUID().uuidString).onnx")
        defer { try? FileManager.default.removeItem(at: file) }
        try InferenceModel.untrained(architecture, in: space).onnx(name: space.name).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\(command) \"$1\"", "sh", file.path]
        let (output, errors) = (Pipe(), file.deletingPathExtension().appendingPathExtension("errors"))
        defer { try? FileManager.default.removeItem(at: errors) }
        FileManager.default.createFile(atPath: errors.path, contents: nil)
        (process.standardOutput, process.standardError, process.standardInput) = (
            output, try FileHandle(forWritingTo: errors), FileHandle.nullDevice
        )
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        func refusal(_ problem: String) -> InputError {
            let words = (try? String(contentsOf: errors, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
            return InputError(
                "\(setting: "latency-command") '\(command)': \(problem)\(words.isEmpty ? "" : ": \(words.suffix(Self.shownCharacters))")")
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw refusal("ended with status \(process.terminationStatus)")
        }
        let text = String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let milliseconds = Double(text), milliseconds > 0, milliseconds.isFinite else {
            throw refusal("expected milliseconds on its output, found '\(text.prefix(Self.shownCharacters))'")
        }
        return milliseconds
    }
}
