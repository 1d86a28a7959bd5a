import Foundation

/// Programs other than gtn-nas.
enum Tool {
    /// Runs a program and waits until it ends.
    ///
    /// - Parameters:
    ///   - directory: the working directory; by default this process's.
    ///   - environment: variables added to this process's environment.
    ///   - withErrors: whether the output includes stderr, which is discarded otherwise.
    static func run(
        _ path: String, _ arguments: [String], directory: URL? = nil, environment: [String: String] = [:], withErrors: Bool = false
    ) throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = directory }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = withErrors ? output : FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, data)
    }
}
