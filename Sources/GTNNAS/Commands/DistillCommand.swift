import RankStatistics
import Basics
import ArgumentParser
import Foundation
import GTN
import Search
import SearchSpace
import Tensors

extension Distillation.Initialization: ExpressibleByArgument {}
extension Distillation.ImageStart: ExpressibleByArgument {}
extension Distillation.Coordinates: ExpressibleByArgument {}

struct DistillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distill",
        abstract: "Dataset Distillation: a few synthetic images that train one architecture in a few steps.",
        discussion: """
            The images are learned such that a network is good on real data after S gradient steps, gone through E times, with a learned \
            rate for each step (Wang et al., "Dataset Distillation", 2018). With --initialization fixed they serve one set of initial \
            parameters, which is written with them; with random, any.

            The accuracies are those of the test part: of fresh networks trained on the images, and on as many real images or averages of \
            them at the best of a grid of constant rates.

            Examples:
              gtn-nas distill --data mnist:DIR --initialization fixed --images 10 --budget 10m -o ten.safetensors
              gtn-nas distill --data cifar10:DIR --initialization random --images 100 --steps 10 --epochs 3 --budget 1h
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var network: NetworkOptions

    @Option(help: "fixed: for one set of initial parameters; random: for any.")
    var initialization: Distillation.Initialization = .random

    @Option(help: "Synthetic images, in all (default: ten for each class with random initialization, one with fixed).")
    var images: Int?

    @Option(help: "Gradient steps of one epoch, each on its share of the images (default: 10 with random initialization, 1 with fixed).")
    var steps: Int?

    @Option(help: "How often the steps are gone through (default: 3 with random initialization, 1 with fixed).")
    var epochs: Int?

    @Flag(help: "Learn soft labels too, from the images' classes.")
    var learnLabels = false

    @Option(help: "real: images start as real ones; noise: as normal noise, with the same labels.")
    var start: Distillation.ImageStart = .real

    @Option(
        help:
            "What steps of images are taken in: pixels, as published, or principal components (default: these with random initialization).")
    var coordinates: Distillation.Coordinates?

    @Option(help: "Fresh networks that judge, of random initialization.")
    var networks = 20

    @Option(help: "Networks trained in one meta-step.")
    var learners: Int?

    @Option(help: "Learning rate of the meta-optimizer.")
    var metaRate: Double?

    @Option(help: "Rate that the learned ones start from.")
    var initialRate: Double?

    @Option(help: "Real images that judge a network in a meta-step.")
    var metaBatch: Int?

    @Flag(inversion: .prefixedNo, help: "Measure real images, their averages and the nearest neighbor too.")
    var baselines = true

    @OptionGroup var bounds: BoundOptions
    @OptionGroup var checkpoints: CheckpointOptions

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The file to write: a teacher's.", valueName: "file"))
    var path = "distilled.safetensors"

    @Option(help: ArgumentHelp("Also write every meta-step's loss to a CSV file.", valueName: "file"))
    var log: String?

    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let clock = Stopwatch()
        let bound = try bounds.bound(of: "distill")
        try OutputFile.check(path)
        if let log { try OutputFile.check(log) }
        let checkpoint = try checkpoints.file(for: path)
        let task = try data.task(seed: machine.seed)
        let (space, architecture) = try network.chosen(for: task)
        var configuration = try configuration(bound, classes: task.classes)
        let graph = space.canonicalGraph(of: architecture)
        guard configuration.images > configuration.steps || !graph.hasNorms else {
            throw InputRefusal(
                "--images \(configuration.images) --steps \(configuration.steps): the network's norms need at least two images in each step"
            )
        }
        if case .seconds(let seconds) = bound { configuration.bound = .seconds(seconds - clock.seconds) }
        Interruption.watch()
        let progress = Progress(silent: output.quiet || output.json)
        let steps = MetaStepReporter(progress, "distilling")
        let outcome = try Distillation(task, space, architecture, configuration).run(
            checkpoint: checkpoint, cancelled: { Interruption.isRequested }
        ) { event in
            switch event {
            case .baselines: progress.update("measuring the baselines", force: true)
            case .metaStep(let step, let done, let seconds): steps.show(step, done, seconds)
            case .evaluating: progress.update("training fresh networks on the distilled images", force: true)
            }
        }
        progress.clear()
        try outcome.file.write(to: path)
        if !Interruption.isRequested { checkpoint.remove() }
        if let log { try outcome.history.csv.write(toFile: log, atomically: true, encoding: .utf8) }
        try DistillationPrinter(outcome: outcome, configuration: configuration, network: network.network ?? space.name, path: path).print(
            json: output.json)
        if Interruption.isRequested { throw ExitCode(130) }
    }

    private func configuration(_ bound: MetaTraining.Bound, classes: Int) throws -> Distillation.Configuration {
        let isFixed = initialization == .fixed
        let images = try SettingCheck.whole("images", images ?? (isFixed ? classes : 10 * classes), 1...100_000)
        let steps = try SettingCheck.whole("steps", steps ?? (isFixed ? 1 : 10), 1...10_000)
        guard images.isMultiple(of: steps) else {
            throw InputRefusal("--images \(images) --steps \(steps): each step has as many images; choose a multiple of \(steps)")
        }
        var configuration = Distillation.Configuration(
            initialization: initialization, images: images, steps: steps,
            epochs: try SettingCheck.whole("epochs", epochs ?? (isFixed ? 1 : 3), 1...1_000), bound: bound)
        configuration.learnsLabels = learnLabels
        configuration.start = start
        if let coordinates { configuration.coordinates = coordinates }
        configuration.seed = machine.seed
        configuration.workers = try machine.workerCount()
        configuration.threads = try machine.threadCount()
        configuration.device = try machine.chosenDevice()
        configuration.normKind = network.norm
        configuration.networks = try SettingCheck.whole("networks", networks, 1...10_000)
        configuration.hasBaselines = baselines
        if let learners { configuration.metaTraining.learners = try SettingCheck.whole("learners", learners, 1...1_000) }
        if let metaBatch { configuration.objective.metaBatch = try SettingCheck.whole("meta-batch", metaBatch, 1...100_000) }
        if let metaRate { configuration.metaTraining.learningRate = try SettingCheck.positive("meta-rate", metaRate) }
        if let initialRate { configuration.schedule.learningRate = try SettingCheck.positive("initial-rate", initialRate) }
        return configuration
    }
}

/// Prints what a distillation came to.
struct DistillationPrinter {
    let outcome: Distillation.Outcome
    let configuration: Distillation.Configuration
    let network: String
    let path: String

    private func spread(_ values: [Double]) -> Any {
        guard let deviation = Spread(values) else { return NSNull() }
        return ["mean": deviation.mean, "standard_deviation": deviation.standardDeviation, "networks": values.count]
    }

    func print(json: Bool) throws {
        if json {
            let baselines = outcome.baselines.map { baseline -> (String, Any) in
                var fields = spread(baseline.accuracies) as! [String: Any]
                if let rate = baseline.learningRate { fields["learning_rate"] = rate }
                return (baseline.name, fields)
            }
            try Console.json(
                "distill",
                [
                    "teacher": path, "network": network, "initialization": configuration.initialization.rawValue,
                    "images": configuration.images,
                    "steps": configuration.steps, "epochs": configuration.epochs, "learned_labels": configuration.learnsLabels,
                    "start": configuration.start.rawValue,
                    "meta_steps": outcome.file.recipe.metaSteps, "elapsed_seconds": outcome.elapsedSeconds,
                    "diverged_learners": outcome.diverged,
                    "accuracy": spread(outcome.accuracies), "initial_accuracy": spread(outcome.initialAccuracies),
                    "baselines": Dictionary(uniqueKeysWithValues: baselines),
                ])
            return
        }
        Swift.print(
            """
            images        \(path): \(configuration.images) in \(configuration.steps) steps, \(configuration.epochs) epochs, for \
            \(network), initialization \(configuration.initialization.rawValue)
            """)
        Swift.print(
            """
            meta-steps    \(outcome.file.recipe.metaSteps) in \(decimal(outcome.elapsedSeconds, 1)) s; learners diverged: \
            \(outcome.diverged)
            """)
        var table = TextTable([.left, .right, .right, .right])
        table.add("accuracy on the test part", "mean", "s. d.", "networks")
        func add(_ name: String, _ values: [Double]) {
            guard let spread = Spread(values) else { return table.add(name, "-", "-", "0") }
            table.add(name, percent(spread.mean), percent(spread.standardDeviation), "\(values.count)")
        }
        add("distilled images", outcome.accuracies)
        add("before the first step", outcome.initialAccuracies)
        for baseline in outcome.baselines {
            let rate = baseline.learningRate.map { ", rate \($0)" } ?? ""
            add(baseline.name.replacingOccurrences(of: "_", with: " ") + rate, baseline.accuracies)
        }
        Swift.print()
        table.print()
    }
}
