import Foundation

/// A command line that starts a worker process: a program that calls ``WorkerProgram/run(directory:)`` with the run directory.
public struct WorkerCommandLine: Sendable {
    public let program: URL
    public let arguments: [String]

    public init(program: URL, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }
}
