import Basics
import ArgumentParser
import Foundation
import Networks
import Tensors

struct GTNNAS: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gtn-nas",
        abstract: "Finds good convolutional architectures fast, by training candidates for a few steps on learned synthetic data.",
        discussion: """
            Example, ten minutes on Fashion-MNIST:
              gtn-nas search fashion --data fashion-mnist --budget 10m
            """,
        version: "gtn-nas \(version), libtorch \(Runtime.libtorchVersion), \(Network.instructions)",
        groupedSubcommands: [
            CommandGroup(
                name: "Search",
                subcommands: [
                    SearchCommand.self, RankCommand.self, ValidateCommand.self, CorrelateCommand.self, ReportCommand.self,
                    ServeCommand.self, TensorBoardCommand.self,
                ]),
            CommandGroup(name: "Model", subcommands: [TrainCommand.self, ExportCommand.self]),
            CommandGroup(name: "Teacher", subcommands: [TeachCommand.self, TeacherCommand.self, ScoreCommand.self]),
            CommandGroup(name: "Study", subcommands: [DistillCommand.self, PoisonCommand.self]),
            CommandGroup(name: "Other", subcommands: [SpaceCommand.self, DoctorCommand.self, WorkerCommand.self]),
        ])

    private static let version = "0.9.0"
}

@main
enum Main {
    static func main() {
        Runtime.start()
        // A closed pipe (`gtn-nas rank RUN | head`) ends the printing without a crash.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try GTNNAS.parseAsRoot()
            try command.run()
        } catch {
            exit(report(error))
        }
    }

    /// Prints the error of any command and returns the exit code.
    private static func report(_ error: any Error) -> Int32 {
        if let exit = error as? ExitCode { return exit.rawValue }
        if let refusal = InputRefusal(error) {
            Console.error(refusal.message)
            return 2
        }
        let code = GTNNAS.exitCode(for: error)
        let message = GTNNAS.fullMessage(for: error)
        if code.isSuccess {
            print(message)
            return 0
        }
        if code == .validationFailure || error is ValidationError {
            FileHandle.standardError.write(Data((message + "\n").utf8))
            return 2
        }
        Console.error(UserMessage(error).text(naming: CommandLineOption.name))
        return 1
    }
}
