import Foundation
import Synchronization

/// The built `gtn-nas`, run as users run it.
struct Executable {
    /// The package directory.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The executable built with the running tests, from the directory of their bundle.
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

    /// Runs the executable and waits until it ends.
    ///
    /// - Parameters:
    ///   - directory: the working directory; by default the package directory.
    ///   - timeout: seconds after which the process is terminated.
    ///   - interruptAfter: seconds after which the process gets SIGINT, as from Ctrl-C.
    ///   - interruptWhen: polled; the process gets SIGINT as soon as it returns true.
    ///   - killWhen: polled; the process gets SIGKILL as soon as it returns true, and cannot save anything.
    ///   - meanwhile: runs at the same time; its argument is the process identifier.
    /// - Throws: `TookTooLong` after the timeout.
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

        // Reads both pipes at the same time, because a full pipe would block the process.
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
            // Uses a separate thread, because a dispatch queue may be late if many of its threads wait.
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
