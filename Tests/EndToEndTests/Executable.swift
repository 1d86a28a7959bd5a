import Foundation
import Synchronization

/// The built `gtn-nas`, run as users run it.
struct Executable {
    /// The package's directory.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The executable that was built with the running tests, in the same directory as their bundle.
    private static let path: String? = {
        let manager = FileManager.default
        let starts =
            CommandLine.arguments.filter { $0.hasPrefix("/") } + [(try? manager.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""]
        for start in starts {
            var directory = URL(fileURLWithPath: start).deletingLastPathComponent()
            // A test bundle is a file on Linux and three directories deep on macOS.
            for _ in 0..<4 {
                let candidate = directory.appendingPathComponent("gtn-nas").path
                var isDirectory: ObjCBool = false
                if manager.fileExists(atPath: candidate, isDirectory: &isDirectory), !isDirectory.boolValue { return candidate }
                directory.deleteLastPathComponent()
            }
        }
        return nil
    }()

    static var location: String {
        get throws {
            guard let path else { throw NotFound() }
            return path
        }
    }

    struct NotFound: Error {}
    struct TookTooLong: Error {
        let arguments: [String]
        let seconds: Double
    }

    /// Runs the executable with these arguments and waits for its end.
    ///
    /// - Parameters:
    ///   - directory: the working directory, by default the package's.
    ///   - timeout: seconds after which the process is ended and `TookTooLong` thrown.
    ///   - interruptAfter: seconds after which it gets SIGINT, as from Ctrl-C.
    ///   - interruptWhen: asked often; once it says so, the process gets SIGINT.
    ///   - killWhen: asked often; once it says so, the process is killed without a chance to save anything.
    ///   - meanwhile: done beside it, with its number.
    static func run(
        _ arguments: [String], directory: String? = nil, timeout: Double = 300, interruptAfter: Double? = nil,
        interruptWhen: (@Sendable () -> Bool)? = nil, killWhen: (@Sendable () -> Bool)? = nil,
        meanwhile: (@Sendable (_ process: Int32) -> Void)? = nil
    ) throws -> (status: Int32, stdout: String, stderr: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try location)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory ?? root)
        let (output, errors) = (Pipe(), Pipe())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = errors
        try process.run()

        // Both pipes are read at once: a full one would stop the process.
        let collected = Mutex((stdout: Data(), stderr: Data()))
        let readers = DispatchGroup()
        for (pipe, key) in [(output, \(stdout: Data, stderr: Data).stdout), (errors, \.stderr)] {
            let handle = pipe.fileHandleForReading
            DispatchQueue.global().async(group: readers) {
                let data = handle.readDataToEndOfFile()
                collected.withLock { $0[keyPath: key] = data }
            }
        }
        if let interruptAfter {
            DispatchQueue.global().asyncAfter(deadline: .now() + interruptAfter) { if process.isRunning { process.interrupt() } }
        }
        for (isTime, number) in [(interruptWhen, SIGINT), (killWhen, SIGKILL)] {
            guard let isTime else { continue }
            // A thread of its own: one of a queue may come late where much is waited for.
            Thread.detachNewThread {
                while process.isRunning, !isTime() { usleep(1_000) }
                if process.isRunning { kill(process.processIdentifier, number) }
            }
        }
        if let meanwhile { DispatchQueue.global().async { [number = process.processIdentifier] in meanwhile(number) } }
        guard readers.wait(timeout: .now() + timeout) == .success else {
            process.terminate()
            throw TookTooLong(arguments: arguments, seconds: timeout)
        }
        process.waitUntilExit()
        return collected.withLock {
            (process.terminationStatus, String(decoding: $0.stdout, as: UTF8.self), String(decoding: $0.stderr, as: UTF8.self))
        }
    }
}
