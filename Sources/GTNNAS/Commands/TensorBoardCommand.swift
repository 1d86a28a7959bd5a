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
            The files hold curves of meta-training and scores, accuracies, rank correlations, the synthetic images of each step, and the \
            settings as hyper-parameters. Each run has its own folder, which is overwritten.

            Example:
              gtn-nas tensorboard Results/runs/mine -o logs
              tensorboard --logdir logs --samples_per_plugin images=0

            Without --samples_per_plugin, TensorBoard shows the images of ten steps only.
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var directory: String

    @Option(
        name: .shortAndLong, help: ArgumentHelp("TensorBoard's --logdir; created if missing.", valueName: "logdir"))
    var output: String

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        let run = try Run(path: directory)
        let folder = URL(fileURLWithPath: output).appending(path: run.directory.url.lastPathComponent)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw InputRefusal("\(output): cannot create this folder; choose another place, or change its permissions")
        }
        // A fixed name that TensorBoard recognizes. A second export replaces the first.
        let path = folder.appending(path: "events.out.tfevents.0.gtn-nas").path
        try OutputFile.check(path)
        try EventFile(run).data.write(to: URL(fileURLWithPath: path), options: .atomic)
        if json { try Console.json("tensorboard", ["path": path]) } else { print(path) }
    }
}
