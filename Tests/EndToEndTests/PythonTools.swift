import Foundation
import Testing

/// The Python environment of `Scripts/test-tools`, with onnxruntime and TensorBoard.
enum PythonTools {
    static let python: String? = {
        let tools = Executable.root + "/.build/test-tools"
        return FileManager.default.fileExists(atPath: tools + "/complete") ? tools + "/bin/python" : nil
    }()

    /// Whether the environment also has PyTorch.
    static let hasPyTorch = python != nil && FileManager.default.fileExists(atPath: Executable.root + "/.build/test-tools/pytorch")

    static let isMissing: Comment = "needs Python with onnxruntime and TensorBoard: Scripts/test-tools"

    /// Runs a program and returns its output.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let result = try Tool.run(try #require(python), ["-c", program] + arguments)
        #expect(result.status == 0)
        return String(decoding: result.output, as: UTF8.self)
    }
}
