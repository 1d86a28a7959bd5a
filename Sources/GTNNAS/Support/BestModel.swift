import Basics
import ArgumentParser
import Foundation
import GTN
import ResultStore
import Search

/// The model that a search makes of its top-ranked candidate.
struct BestModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "After the search, train the top-ranked candidate to the end within this time, in addition to --budget.", valueName: "time"))
    var trainBest: TimeSpan?

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Export the trained network to this file: .onnx, or .py for PyTorch code.", valueName: "file"))
    var output: String?

    @Flag(help: "For 8-bit devices: --max-memory counts one byte per activation, and -o exports 8-bit weights and activations.")
    var int8 = false

    /// - Parameter limitsMemory: whether the search limits memory.
    func check(limitsMemory: Bool) throws {
        _ = try trainBest?.checked()
        if int8, output == nil, !limitsMemory {
            throw InputRefusal("--int8 concerns --max-memory and -o, and neither is given; add one of them, or leave out --int8")
        }
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

/// The top-ranked candidate of a finished search, trained to the end and exported.
struct BestModel {
    let candidate: Candidate
    let rank: Int
    let path: String
    let file: ModelFile
    /// Whether the run had the trained network already.
    let isReused: Bool
    let testImages: Int
    /// The exported file; nil if none was asked for.
    let written: ModelExport.Written?

    /// Trains the top-ranked candidate, unless the run already has it, and exports it. A training that was interrupted continues, even if
    /// another candidate is ranked first by now.
    /// - Returns: nil if interrupted; the checkpoint then has the progress.
    init?(of run: Run, _ options: BestModelOptions, _ machine: MachineOptions, _ output: OutputOptions) throws {
        let clock = Stopwatch()
        let budget = options.trainBest!
        let ranking = try run.ranking()
        guard let first = ranking.first else {
            throw InputRefusal("\(run.directory.shown): no candidate was scored, so there is none to train; use a longer --budget")
        }
        func model(_ candidate: Candidate) -> String { run.directory.model(of: candidate, seconds: budget.seconds) }
        func checkpoint(_ candidate: Candidate) -> String { model(candidate) + ".checkpoint" }
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        let interrupted = ranking.first { exists(checkpoint($0.candidate)) && !exists(model($0.candidate)) }
        (candidate, rank) = ((interrupted ?? first).candidate, (interrupted ?? first).rank)
        path = model(candidate)
        let subject = try ModelTraining.Subject(run, candidate)
        let dataset = subject.task.dataset
        isReused = exists(path)
        if isReused {
            file = try ModelFile(path: path)
            if !output.quiet { Console.note("\(path): already trained for \(budget); delete it to train again") }
        } else {
            let verb = interrupted == nil ? "training" : "continuing the interrupted training of"
            if !output.quiet { Console.note("\(verb) the candidate of rank \(rank): \(candidate.label)") }
            var configuration = FullTraining.Configuration(
                epochs: nil, seconds: budget.seconds, recipe: FullTraining.Configuration.recipe(.standard(for: dataset.name)))
            configuration.seed = machine.seed
            configuration.workers = try machine.workerCount()
            configuration.threads = try machine.threadCount()
            configuration.device = try machine.chosenDevice()
            let checkpoint = try CheckpointFile(path: checkpoint(candidate), resumes: true)
            let training = ModelTraining(subject: subject, configuration: configuration)
            let result: FullTraining.Result?
            do {
                result = try training.run(checkpoint: checkpoint, clock: clock, silent: output.quiet || output.json)
            } catch is FullTraining.TooShort {
                throw InputRefusal(
                    """
                    --train-best \(budget): too short to train and evaluate; repeat with a longer time, --run \(run.directory.shown) and \
                    --resume
                    """)
            } catch is FullTraining.Divergence {
                // Its last state would diverge again.
                checkpoint.remove()
                throw InputRefusal(
                    """
                    the training of the candidate of rank \(rank) diverged; train it at a lower rate: 'gtn-nas train --run \
                    \(run.directory.shown) --rank \(rank) --rate 0.05 --budget \(budget) -o model.safetensors'
                    """)
            }
            guard let outcome = result else { return nil }
            file = outcome.file
            try file.write(to: path)
            checkpoint.remove()
        }
        testImages = dataset.test.count
        guard let place = options.output else {
            written = nil
            return
        }
        let export = try ModelExport(to: place, model: path)
        // With folded norms, PyTorch code has its tensors beside it and not in the run directory.
        written = try options.int8 ? export.writeQuantized(file, dataset) : export.write(file, foldsNorms: true, dataset: dataset)
    }

    var fields: [String: Any] {
        let recipe = file.recipe
        var fields: [String: Any] = [
            "checkpoint": path, "rank": rank, "reused": isReused, "architecture": candidate.architecture, "hash": candidate.hash,
            "settings": candidate.settings as Any? ?? NSNull(), "accuracy": recipe.accuracy, "loss": recipe.loss, "epochs": recipe.epochs,
            "parameters": recipe.parameters, "macs": recipe.macs,
        ]
        fields["export"] = written?.fields
        return fields
    }

    func print() {
        Swift.print("\nTrained to the end: the candidate of rank \(rank)")
        ModelTraining.print(file.recipe, seconds: file.recipe.seconds, testImages: testImages, path: path)
        written?.print()
    }
}
