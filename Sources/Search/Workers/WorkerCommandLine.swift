import Foundation

/// How a worker process is started: a program that calls ``WorkerProgram/run(directory:)`` with the directory of the run.
public struct WorkerCommandLine: Sendable {
    public let program: URL
    public let arguments: [String]

    public init(program: URL, arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }
}
