import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Search
import Networks
import SearchSpace
import Tensors

/// The architecture that `train` trains.
struct TrainSubjectOptions: ParsableArguments {
    @Argument(help: ArgumentHelp(SpaceOptions.fileHelp, valueName: "file")) var file: String?

    @Option(help: ScoreSubjectOptions.architectureHelp) var architecture: String?

    @Option(help: ArgumentHelp(DataOptions.help, valueName: "name[:dir]")) var data: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Train a ranked architecture of this run, instead of FILE, --architecture and --data.", valueName: "directory"))
    var runPath: String?

    @Option(help: "The architecture's rank in the run, from 1.") var rank: Int?

    @Option(name: .customLong("set"), parsing: .singleValue, help: SpaceOptions.settingHelp) var overrides: [String] = []
}

/// The duration of the training.
struct TrainBoundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Time for the whole command; the learning rate reaches zero at its end.", valueName: "time"))
    var budget: TimeSpan?

    @Option(help: ArgumentHelp("Epochs (default: 30, or as many as the budget allows).", valueName: "count")) var epochs: Int?
}

/// The output of `train`.
struct ModelOutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The model file to write.", valueName: "file.safetensors"))
    var path: String
}

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains one architecture on real data to the end.",
        discussion: """
            The architecture comes from FILE and --architecture, or from a run by its rank. A run also supplies its space, settings and \
            data; --set overrides a setting.

            The network trains on all training images except 5,000. The accuracy on these is printed after each epoch and not used. The \
            test part is read once, at the end. 'gtn-nas export' turns the result into ONNX or PyTorch code.

            Example:
              gtn-nas train --run Results/runs/mine --budget 10m -o best.safetensors
            """)

    @OptionGroup(title: "What to train") var choice: TrainSubjectOptions
    @OptionGroup(title: "Bounds") var bounds: TrainBoundOptions
    @OptionGroup(title: "Output") var file: ModelOutputOptions
    @OptionGroup(title: "Output") var checkpoints: CheckpointOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Recipe") var recipe: RecipeOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    private var path: String { file.path }

    private static let standardEpochs = 30

    func run() throws {
        let clock = Stopwatch()
        let (epochs, budget) = (bounds.epochs, try bounds.budget?.checked())
        try SettingCheck.ifGiven("epochs", epochs, 1...100_000)
        try OutputFile.check(path)
        let device = try machine.chosenDevice()
        let (workers, threads) = try (machine.workerCount(), machine.threadCount())
        try checkSource()
        let checkpoint = try CheckpointFile(
            path: checkpoints.path(for: path), resumes: checkpoints.resume, interval: checkpoints.checkpointEvery.seconds)
        let subject = try choice.runPath.map(subjectOfRun) ?? subjectOfFile()
        var configuration = FullTraining.Configuration(
            epochs: epochs ?? (budget == nil ? Self.standardEpochs : nil), seconds: budget?.seconds,
            recipe: try recipe.recipe(for: subject.task.dataset.name))
        configuration.seed = machine.seed
        configuration.workers = workers
        configuration.threads = threads
        configuration.device = device
        Interruption.watch()
        let training = ModelTraining(subject: subject, configuration: configuration)
        let outcome = try training.run(checkpoint: checkpoint, clock: clock, silent: output.quiet || output.json)
        guard let outcome else {
            Console.note("interrupted; the checkpoint is \(checkpoint.path). To continue, repeat the command with --resume")
            throw ExitCode(130)
        }
        try outcome.file.write(to: path)
        checkpoint.remove()
        try print(outcome, subject)
    }

    /// Refuses options that exclude each other, before any file is read.
    private func checkSource() throws {
        guard choice.runPath != nil else {
            guard let file = choice.file else {
                throw InputRefusal("train needs an architecture: FILE with --architecture A, or --run RUN with --rank K")
            }
            guard choice.architecture != nil else {
                throw InputRefusal("--architecture is missing; 'gtn-nas space sample \(file)' prints some")
            }
            guard choice.data != nil else { throw InputRefusal("--data is missing: name a data set, as in --data fashion-mnist") }
            if choice.rank != nil { throw InputRefusal("--rank belongs to --run RUN; add it, or leave out --rank") }
            return
        }
        let given = [("FILE", choice.file != nil), ("--architecture", choice.architecture != nil), ("--data", choice.data != nil)]
        if let first = given.first(where: \.1) { throw InputRefusal("\(first.0) and --run exclude each other: the run supplies it") }
        try SettingCheck.ifGiven("rank", choice.rank, 1...Int.max)
    }

    private func subjectOfFile() throws -> ModelTraining.Subject {
        // Cheap checks of the file come before the data set is read.
        let unfitted = try ShippedFiles.space(choice.file!).with(settings: SpaceOptions.pairs(choice.overrides))
        let task = LearningTask(try Dataset.load(DatasetSpecification(parsing: choice.data!)), seed: machine.seed)
        let space = try unfitted.fitted(to: task)
        let notation = choice.architecture!
        return ModelTraining.Subject(
            task: task, space: space, architecture: try space.architecture(notation), notation: notation, normKind: recipe.norm ?? .batch)
    }

    private func subjectOfRun(_ path: String) throws -> ModelTraining.Subject {
        let run = try Run(path: path)
        let rank = choice.rank ?? 1
        guard let row = try run.ranking(top: rank).last, row.rank == rank else {
            throw InputRefusal("--rank \(rank): \(run.directory.shown) has ranked \(try run.scoredCount()) architectures")
        }
        return try ModelTraining.Subject(
            run, row.candidate, overrides: SpaceOptions.pairs(choice.overrides), normKind: recipe.norm)
    }

    private func print(_ outcome: FullTraining.Result, _ subject: ModelTraining.Subject) throws {
        let recipe = outcome.file.recipe
        if output.json {
            try Console.json(
                "train",
                [
                    "accuracy": recipe.accuracy, "loss": recipe.loss, "epochs": recipe.epochs, "images": recipe.images,
                    "seconds": outcome.seconds, "checkpoint": path, "architecture": recipe.architecture,
                    "hash": subject.hash ?? recipe.architectureHash,
                    "parameters": recipe.parameters, "macs": recipe.macs,
                    "curve": recipe.curve.map {
                        ["epoch": $0.epoch, "training_loss": $0.trainingLoss, "accuracy": $0.accuracy] as [String: Any]
                    },
                ])
            return
        }
        ModelTraining.print(recipe, seconds: outcome.seconds, testImages: subject.task.dataset.test.count, path: path)
    }
}

/// The recipe of a full training.
struct RecipeOptions: ParsableArguments {
    @Option(help: "Augmentation of training images (default: none for fashion-mnist, crop for mnist, else crop-flip).")
    var augmentation: Augmentation?

    @Option(help: ArgumentHelp("Images of one step.", valueName: "count")) var batch = RealTraining.Recipe().batch

    @Option(help: "Peak learning rate, reached after a fifth of the training.") var rate = FullTraining.Configuration.recipe(.none).peakRate

    @Option(help: "Decay of the learning rate after its peak: linear or cosine.") var rateDecay = RealTraining.Refinements(.none).decay

    @Option(help: "Weight decay.") var weightDecay = RealTraining.Recipe().weightDecay

    @Option(help: "Label smoothing: the share of a label that is spread over all classes.")
    var labelSmoothing = RealTraining.Refinements(.none).labelSmoothing

    @Option(help: "Decay of the average of weights that is evaluated; 0 evaluates the last weights.")
    var averageDecay = RealTraining.Refinements(.none).averageDecay

    @Option(help: "Norm layers (default: batch, or as in the run).") var norm: NormKind?

    @Option(help: ArgumentHelp("Parts of a batch that workers compute in parallel; each part is normalized alone.", valueName: "count"))
    var shards = RealTraining.Refinements(.none).shards

    func recipe(for dataset: String) throws -> RealTraining.Recipe {
        var recipe = FullTraining.Configuration.recipe(augmentation ?? .standard(for: dataset))
        recipe.batch = try SettingCheck.whole("batch", batch, 2...100_000)
        recipe.peakRate = try SettingCheck.positive("rate", rate)
        recipe.weightDecay = try SettingCheck.share("weight-decay", weightDecay)
        recipe.refinements?.decay = rateDecay
        recipe.refinements?.shards = try SettingCheck.whole("shards", shards, 1...256)
        recipe.refinements?.labelSmoothing = try SettingCheck.share("label-smoothing", labelSmoothing)
        recipe.refinements?.averageDecay = try SettingCheck.share("average-decay", averageDecay)
        return recipe
    }
}
