import Foundation

/// Other programs than gtn-nas, run to their end.
enum Tool {
    /// - Parameters:
    ///   - directory: the working directory, by default this process's.
    ///   - environment: added to this process's.
    ///   - withErrors: whether what it says on stderr belongs to its output; otherwise it is lost.
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
