import Foundation
import Testing

/// The Python that `Scripts/test-tools` made, with onnxruntime and TensorBoard.
enum PythonTools {
    static let python: String? = {
        let tools = Executable.root + "/.build/test-tools"
        return FileManager.default.fileExists(atPath: tools + "/complete") ? tools + "/bin/python" : nil
    }()

    static let isMissing: Comment = "needs Python with onnxruntime and TensorBoard: Scripts/test-tools"

    /// What a program prints.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        process.arguments = ["-c", program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }
}
