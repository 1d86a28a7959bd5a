import Basics
import ArgumentParser
import Foundation
import Tensors

struct GTNNAS: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gtn-nas",
        abstract: "Finds good convolutional architectures fast, by training candidates for a few steps on learned synthetic data.",
        discussion: """
            The main job, on Fashion-MNIST within ten minutes:
              gtn-nas search SearchSpaces/fashion.space --data fashion-mnist --budget 10m

            It meta-trains a teacher, scores and ranks architectures of the space, trains some of them on real data, and prints how far \
            the ranking agrees with reality.
            """,
        subcommands: [
            SpaceCommand.self, TeachCommand.self, TeacherCommand.self, ScoreCommand.self, SearchCommand.self, RankCommand.self,
            ValidateCommand.self, CorrelateCommand.self, ReportCommand.self, ServeCommand.self, TensorBoardCommand.self, TrainCommand.self,
            ExportCommand.self, DistillCommand.self,
            PoisonCommand.self, DoctorCommand.self, WorkerCommand.self,
        ])
}

@main
enum Main {
    static func main() {
        Runtime.start()
        // A reader that goes away (`gtn-nas rank RUN | head`) ends the printing, not with a crash.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try GTNNAS.parseAsRoot()
            try command.run()
        } catch {
            exit(report(error))
        }
    }

    /// Prints what went wrong, in one place for all commands, and gives the exit code.
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
