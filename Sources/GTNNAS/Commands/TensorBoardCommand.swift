import ArgumentParser
import Foundation
import GTN
import Search
import Reports
import ResultStore

struct TensorBoardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tensorboard",
        abstract: "Writes a run as event files for TensorBoard.",
        discussion: """
            Curves of meta-training and of the scores, real accuracies, rank correlations, the synthetic images step by step, and the \
            settings as hyper-parameters, by which TensorBoard compares runs. Each run gets a folder of its own; writing it again \
            replaces it.

            Example:
              gtn-nas tensorboard Results/runs/mine -o logs
              tensorboard --logdir logs --samples_per_plugin images=0

            Without the last option TensorBoard shows ten of the inner steps' images only.
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The folder of all runs, TensorBoard's --logdir; made if need be.", valueName: "logdir"))
    var output: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        let run = try Run(path: directory)
        let folder = URL(fileURLWithPath: output).appending(path: run.directory.url.lastPathComponent)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw InputRefusal("\(output): the folder cannot be made; choose another place or change its permissions")
        }
        // The name that TensorBoard looks for; a fixed one, so that writing it again replaces what was there.
        let path = folder.appending(path: "events.out.tfevents.0.gtn-nas").path
        try OutputFile.check(path)
        try EventFile(run).data.write(to: URL(fileURLWithPath: path), options: .atomic)
        if json { try Console.json("tensorboard", ["path": path]) } else { print(path) }
    }
}
