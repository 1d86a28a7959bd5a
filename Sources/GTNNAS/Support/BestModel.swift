import Basics
import ArgumentParser
import Foundation
import GTN
import Search

/// The model that a search makes of its first candidate.
struct BestModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "After the search, train its first candidate to the end within this time, which --budget does not include.", valueName: "time"))
    var trainBest: TimeSpan?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Export the trained network to this file: .onnx, or .py for PyTorch code.", valueName: "file"))
    var output: String?

    @Flag(help: "For devices with 8-bit numbers: --max-memory counts one byte per activation, and the exported network has int8 weights.")
    var int8 = false

    func check() throws {
        _ = try trainBest?.checked()
        guard let output else { return }
        guard trainBest != nil else {
            throw InputRefusal("-o \(output): a search writes a network only with --train-best; add it, as in --train-best 10m")
        }
        let export = try ModelExport(to: output, model: output)
        if int8, export.format != .onnx {
            throw InputRefusal("-o \(output): an int8 network needs a file that ends in .onnx; rename it, or leave out --int8")
        }
    }
}

/// The first candidate of a finished search, trained to the end and exported.
struct BestModel {
    let path: String
    let file: ModelFile
    let testImages: Int
    /// The exported file; nil if none was asked for.
    let written: ModelExport.Written?

    /// Trains the first candidate, unless the run already has it, and exports it.
    /// - Returns: nil if interrupted; the checkpoint then has the progress.
    init?(of run: Run, _ options: BestModelOptions, _ machine: MachineOptions, silent: Bool) throws {
        let clock = Stopwatch()
        guard let first = try run.ranking(top: 1).first else {
            throw InputRefusal("\(run.directory.shown): no candidate was scored, so there is none to train; use a longer --budget")
        }
        let subject = try ModelTraining.Subject(run, rank: 1)
        let dataset = subject.task.dataset
        path = run.directory.model(of: first.candidate)
        if FileManager.default.fileExists(atPath: path) {
            file = try ModelFile(path: path)
            if !silent { Console.note("\(path): already trained; delete it to train again") }
        } else {
            if !silent { Console.note("training the first candidate: \(first.candidate.architecture)") }
            var configuration = FullTraining.Configuration(
                epochs: nil, seconds: options.trainBest!.seconds, recipe: FullTraining.Configuration.recipe(.standard(for: dataset.name)))
            configuration.seed = machine.seed
            configuration.workers = try machine.workerCount()
            configuration.threads = try machine.threadCount()
            configuration.device = try machine.chosenDevice()
            let checkpoint = try CheckpointFile(path: path + ".checkpoint", resumes: true)
            let training = ModelTraining(subject: subject, configuration: configuration)
            guard let outcome = try training.run(checkpoint: checkpoint, clock: clock, silent: silent) else { return nil }
            file = outcome.file
            try file.write(to: path)
            checkpoint.remove()
        }
        testImages = dataset.test.count
        guard let output = options.output else {
            written = nil
            return
        }
        let export = try ModelExport(to: output, model: path)
        written =
            try options.int8
            ? export.writeQuantized(file, dataset) : export.write(file, foldsNorms: export.format == .onnx, dataset: dataset)
    }

    var fields: [String: Any] {
        let recipe = file.recipe
        var fields: [String: Any] = [
            "checkpoint": path, "architecture": recipe.architecture, "settings": recipe.spaceSettings, "hash": recipe.architectureHash,
            "accuracy": recipe.accuracy, "loss": recipe.loss, "epochs": recipe.epochs, "parameters": recipe.parameters, "macs": recipe.macs,
        ]
        fields["export"] = written?.fields
        return fields
    }

    func print() {
        Swift.print("\nTrained: the first candidate, to the end")
        ModelTraining.print(file.recipe, seconds: file.recipe.seconds, testImages: testImages, path: path)
        written?.print()
    }
}
