import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Search
import Networks
import SearchSpace
import Tensors

extension Augmentation: ExpressibleByArgument {}
extension RealTraining.RateDecay: ExpressibleByArgument {}

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains one architecture on real data to the end, and tells its accuracy on the test part.",
        discussion: """
            The architecture is one of FILE, named by --architecture, or one of a run, named by its rank: then space, settings and data \
            are those of the run, but for what --set says otherwise. It learns from all training images but the 5,000 that show on the \
            way how far it is; nothing is chosen by them. The test part is read once, at the end. 'gtn-nas export' makes an ONNX file or \
            PyTorch code of the result.

            Examples:
              gtn-nas train SearchSpaces/fashion.space --set channels=16 --architecture conv3x3.skip,conv1x1.avg3x3,sep3x3,max3x3 \\
                --data fashion-mnist --epochs 30 -o model.safetensors
              gtn-nas train --run Results/runs/mine --rank 1 --set channels=32 --budget 10m -o best.safetensors
            """)

    @Argument(help: ArgumentHelp("The search-space file.", valueName: "file"))
    var file: String?

    @Option(help: "The architecture, in the space's own notation or its foreign one.")
    var architecture: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Override a setting of the space; repeatable.", valueName: "name=value"))
    var overrides: [String] = []

    @Option(
        help: ArgumentHelp(
            "Data set: fashion-mnist, mnist:DIR, cifar10:DIR or cifar100:DIR (binary versions), or folder:DIR.", valueName: "name[:dir]"))
    var data: String?

    @Option(
        name: .customLong("run"), help: "The run directory to take a ranked architecture of, instead of FILE, --architecture and --data.")
    var runPath: String?

    @Option(help: "Which one of the run's ranking, from 1 for the best.")
    var rank: Int?

    @Option(help: "Whole epochs (default: 30, or as many as the budget has time for).")
    var epochs: Int?

    @Option(help: "Time for all of the command, as in 90s, 5m, 1h30m: the rate reaches zero when it is over.")
    var budget: TimeSpan?

    @OptionGroup var recipe: RecipeOptions

    @Option(help: "batch: ordinary batch norm; mean-only: weight norm with mean-only batch norm (default: batch, or as in the run).")
    var norm: NormKind?

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write.", valueName: "file.safetensors"))
    var path: String

    @OptionGroup var checkpoints: CheckpointOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    private static let standardEpochs = 30

    /// What is trained, and where that is known from.
    private struct Subject {
        let task: LearningTask
        let space: SearchSpace
        let architecture: Architecture
        let notation: String
        let normKind: NormKind
    }

    func run() throws {
        let clock = Stopwatch()
        try SettingCheck.ifGiven("epochs", epochs, 1...100_000)
        if let budget, budget.seconds <= 0 { throw InputRefusal("--budget \(budget): nothing can be done in no time; try --budget 10m") }
        try OutputFile.check(path)
        let device = try machine.chosenDevice()
        let (workers, threads) = try (machine.workerCount(), machine.threadCount())
        try checkSource()
        let checkpoint = try CheckpointFile(
            path: checkpoints.path(for: path), resumes: checkpoints.resume, interval: checkpoints.checkpointEvery.seconds)
        let subject = try runPath.map(subjectOfRun) ?? subjectOfFile()
        var configuration = FullTraining.Configuration(
            epochs: epochs ?? (budget == nil ? Self.standardEpochs : nil), seconds: budget?.seconds,
            recipe: try recipe.recipe(for: subject.task.dataset.name))
        configuration.seed = machine.seed
        configuration.workers = workers
        configuration.threads = threads
        configuration.device = device
        configuration.normKind = subject.normKind
        Interruption.watch()
        let progress = Progress(silent: output.quiet || output.json)
        let training = FullTraining(subject.task, subject.space, subject.architecture, notation: subject.notation, configuration)
        let outcome = try training.run(checkpoint: checkpoint, clock: clock, cancelled: { Interruption.isRequested }) { event in
            switch event {
            case .step(let done, let epoch, let seconds):
                let left = done > 0.01 ? ", \(TimeSpan(seconds: seconds * (1 - done) / done)) left" : ""
                let share = Console.isTerminal ? "" : "\(Int(done * 100)) %, "
                progress.update("training: \(share)epoch \(epoch)\(configuration.epochs.map { " of \($0)" } ?? "")\(left)", done: done)
            case .epoch(let point, let seconds):
                progress.say(
                    """
                    epoch \(point.epoch): training loss \(decimal(point.trainingLoss, 4)), accuracy \(percent(point.accuracy)) on images \
                    kept out, \(TimeSpan(seconds: seconds))
                    """)
            case .evaluating: progress.update("judging on the test part", force: true)
            }
        }
        progress.clear()
        guard let outcome else {
            Console.note("saved in \(checkpoint.path); go on with the same command and --resume")
            throw ExitCode(130)
        }
        try outcome.file.write(to: path)
        checkpoint.remove()
        try print(outcome, subject)
    }

    /// Refuses what does not go together, before any file is read.
    private func checkSource() throws {
        guard runPath != nil else {
            guard file != nil else {
                throw InputRefusal("train needs an architecture: FILE with --architecture A, or --run RUN with --rank K")
            }
            guard architecture != nil else { throw InputRefusal("--architecture is missing: 'gtn-nas space sample \(file!)' writes some") }
            guard data != nil else { throw InputRefusal("--data is missing: name a data set, as in --data fashion-mnist") }
            if rank != nil { throw InputRefusal("--rank goes with --run RUN") }
            return
        }
        let given = [
            ("FILE", file != nil), ("--architecture", architecture != nil), ("--data", data != nil),
        ].filter(\.1).map(\.0)
        if let first = given.first { throw InputRefusal("\(first) and --run exclude each other: the run says what it was made of") }
        try SettingCheck.ifGiven("rank", rank, 1...Int.max)
    }

    private func subjectOfFile() throws -> Subject {
        // Cheap checks of the file come before the data set is read.
        let unfitted = try SearchSpace.load(path: file!).with(settings: SpaceOptions.pairs(overrides))
        let task = LearningTask(try Dataset.load(DatasetSpecification(parsing: data!)), seed: machine.seed)
        let space = try unfitted.fitted(to: task)
        return Subject(
            task: task, space: space, architecture: try space.architecture(architecture!), notation: architecture!, normKind: norm ?? .batch
        )
    }

    private func subjectOfRun(_ path: String) throws -> Subject {
        let run = try Run(path: path)
        let rank = rank ?? 1
        guard let row = try run.ranking(top: rank).last, row.rank == rank else {
            throw InputRefusal(
                "--rank \(rank): \(run.directory.shown) has ranked \(try run.scoredCount()) architectures")
        }
        let task = try run.task()
        // A network found at a small width is often wanted wider.
        let space = try run.space().with(settings: SpaceOptions.pairs(overrides)).fitted(to: task)
        return Subject(
            task: task, space: space, architecture: try space.architecture(row.candidate.architecture),
            notation: row.candidate.architecture,
            normKind: norm ?? run.settings.normKind)
    }

    private func print(_ outcome: FullTraining.Result, _ subject: Subject) throws {
        let recipe = outcome.file.recipe
        if output.json {
            try Console.json(
                "train",
                [
                    "accuracy": recipe.accuracy, "loss": recipe.loss, "epochs": recipe.epochs, "images": recipe.images,
                    "seconds": outcome.seconds, "checkpoint": path, "architecture": recipe.architecture, "hash": recipe.architectureHash,
                    "parameters": recipe.parameters, "macs": recipe.macs,
                    "curve": recipe.curve.map {
                        ["epoch": $0.epoch, "training_loss": $0.trainingLoss, "accuracy": $0.accuracy] as [String: Any]
                    },
                ])
            return
        }
        let epochs = recipe.epochs == recipe.epochs.rounded() ? "\(Int(recipe.epochs))" : decimal(recipe.epochs, 1)
        Swift.print("architecture  \(recipe.architecture)")
        Swift.print("cost          \(grouped(recipe.parameters)) parameters, \(grouped(recipe.macs)) multiply-accumulates an image")
        Swift.print("trained       \(epochs) epochs of \(grouped(recipe.images)) images in \(TimeSpan(seconds: outcome.seconds))")
        Swift.print("accuracy      \(percent(recipe.accuracy)) on the \(grouped(subject.task.dataset.test.count)) images of the test part")
        Swift.print("loss          \(decimal(recipe.loss, 4))")
        Swift.print("checkpoint    \(path)")
    }
}

/// How a network is trained to the end.
struct RecipeOptions: ParsableArguments {
    @Option(
        help: """
            none; crop: images moved by up to an eighth; crop-flip: and mirrored (default: none for fashion-mnist, crop for mnist, else \
            crop-flip).
            """)
    var augmentation: Augmentation?

    @Option(help: "Images of one step.")
    var batch = RealTraining.Recipe().batch

    @Option(help: "The rate's peak, after a fifth of the training.")
    var rate = FullTraining.Configuration.recipe(.none).peakRate

    @Option(help: "How the rate falls from there: linear or cosine.")
    var rateDecay = RealTraining.Refinements(.none).decay

    @Option(help: "Weight decay.")
    var weightDecay = RealTraining.Recipe().weightDecay

    @Option(help: "Share of a label that is spread over all classes.")
    var labelSmoothing = RealTraining.Refinements(.none).labelSmoothing

    @Option(help: "Decay of the average of weights that is judged; 0 judges the last ones.")
    var averageDecay = RealTraining.Refinements(.none).averageDecay

    @Option(help: "Parts of a batch that are worked on at a time, as far as there are workers; norms see each part alone.")
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
