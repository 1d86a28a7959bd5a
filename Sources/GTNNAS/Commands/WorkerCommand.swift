import ArgumentParser
import Search

/// A worker process of a search or a validation. Not for users.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Evaluates candidates for a search or a validation.", shouldDisplay: false)

    @Argument var directory: String

    func run() { WorkerProgram.run(directory: directory) }
}
