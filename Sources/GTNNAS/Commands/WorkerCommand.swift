import ArgumentParser
import Search

/// A worker process of a search or a validation. Not for users.
struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Works on candidates of a run for a search or a validation, which start it.", shouldDisplay: false)

    @Argument var directory: String

    func run() { WorkerProgram.run(directory: directory) }
}
