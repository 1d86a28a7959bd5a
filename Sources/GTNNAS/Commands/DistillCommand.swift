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

/// The images that `distill` learns.
struct DistillationOptions: ParsableArguments {
    @Option(help: "fixed: for one set of initial parameters, which is saved with the images; random: for any.")
    var initialization: Distillation.Initialization = .random

    @Option(
        help: ArgumentHelp(
            "Synthetic images in total (default: ten per class; one per class for fixed initialization).", valueName: "count"))
    var images: Int?

    @Option(
        help: ArgumentHelp(
            "Gradient steps of one epoch, each on an equal share of the images (default: 10; 1 for fixed initialization).",
            valueName: "count"))
    var steps: Int?

    @Option(help: ArgumentHelp("Epochs over the synthetic images (default: 3; 1 for fixed initialization).", valueName: "count"))
    var epochs: Int?

    @Flag(help: "Learn soft labels too.") var learnLabels = false

    @Option(help: "Initial images: real ones, or noise with the same labels.") var start: Distillation.ImageStart = .real

    @Option(help: "Coordinates of the updates: pixels, as published, or principal (default: principal; pixels for fixed initialization).")
    var coordinates: Distillation.Coordinates?

    @Option(help: ArgumentHelp("Networks trained in one meta-step.", valueName: "count")) var learners: Int?

    @Option(help: ArgumentHelp("Learning rate of the meta-optimizer.", valueName: "rate")) var metaRate: Double?

    @Option(help: ArgumentHelp("Initial value of the learned learning rates.", valueName: "rate")) var initialRate: Double?

    @Option(help: ArgumentHelp("Real images that evaluate a network in a meta-step.", valueName: "count")) var metaBatch: Int?
}

/// The evaluation of distilled images.
struct DistillationEvaluationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Fresh networks, of random initialization.", valueName: "count")) var networks = 20

    @Flag(inversion: .prefixedNo, help: "Also evaluate real images, their averages, and the nearest neighbor.") var baselines = true
}

/// The output of `distill`.
struct DistillationOutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "file"))
    var path = "distilled.safetensors"

    @OptionGroup var log: LogOption
}

struct DistillCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "distill",
        abstract: "Dataset Distillation: learns a few images that train one architecture in a few steps.",
        discussion: """
            The images and the learning rate of each step are learned so that a network is accurate on real data after E epochs of S \
            steps (Wang et al., "Dataset Distillation", 2018).

            Accuracies are those of fresh networks on the test part. The baselines train on as many real images, or averages of real \
            images, at the best constant learning rate of a grid.

            Example:
              gtn-nas distill --data mnist:DIR --initialization fixed --budget 10m
            """)

    @OptionGroup(title: "What to distill") var data: DataOptions
    @OptionGroup(title: "What to distill") var network: NetworkOptions
    @OptionGroup(title: "Bounds") var bounds: BoundOptions
    @OptionGroup(title: "Output") var file: DistillationOutputOptions
    @OptionGroup(title: "Output") var checkpoints: CheckpointOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Distillation") var distillation: DistillationOptions
    @OptionGroup(title: "Evaluation") var evaluation: DistillationEvaluationOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() throws {
        let clock = Stopwatch()
        let bound = try bounds.bound(of: "distill")
        let path = file.path
        try OutputFile.check(path)
        try file.log.check()
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
            case .baselines: progress.update("evaluating the baselines", force: true)
            case .metaStep(let step, let done, let seconds): steps.show(step, done, seconds)
            case .evaluating: progress.update("training fresh networks on the distilled images", force: true)
            }
        }
        progress.clear()
        try outcome.file.write(to: path)
        if !Interruption.isRequested { checkpoint.remove() }
        try file.log.write(outcome.history)
        try DistillationPrinter(outcome: outcome, configuration: configuration, network: network.network ?? space.name, path: path).print(
            json: output.json)
        if Interruption.isRequested { throw ExitCode(130) }
    }

    private func configuration(_ bound: MetaTraining.Bound, classes: Int) throws -> Distillation.Configuration {
        let options = distillation
        let isFixed = options.initialization == .fixed
        let images = try SettingCheck.whole("images", options.images ?? (isFixed ? classes : 10 * classes), 1...100_000)
        let steps = try SettingCheck.whole("steps", options.steps ?? (isFixed ? 1 : 10), 1...10_000)
        guard images.isMultiple(of: steps) else {
            throw InputRefusal(
                "--images \(images) --steps \(steps): every step has the same number of images; choose a multiple of \(steps)")
        }
        var configuration = Distillation.Configuration(
            initialization: options.initialization, images: images, steps: steps,
            epochs: try SettingCheck.whole("epochs", options.epochs ?? (isFixed ? 1 : 3), 1...1_000), bound: bound)
        configuration.learnsLabels = options.learnLabels
        configuration.start = options.start
        if let coordinates = options.coordinates { configuration.coordinates = coordinates }
        configuration.seed = machine.seed
        configuration.workers = try machine.workerCount()
        configuration.threads = try machine.threadCount()
        configuration.device = try machine.chosenDevice()
        configuration.normKind = network.norm
        configuration.networks = try SettingCheck.whole("networks", evaluation.networks, 1...10_000)
        configuration.hasBaselines = evaluation.baselines
        if let learners = options.learners { configuration.metaTraining.learners = try SettingCheck.whole("learners", learners, 1...1_000) }
        if let metaBatch = options.metaBatch {
            configuration.objective.metaBatch = try SettingCheck.whole("meta-batch", metaBatch, 1...100_000)
        }
        if let metaRate = options.metaRate { configuration.metaTraining.learningRate = try SettingCheck.positive("meta-rate", metaRate) }
        if let initialRate = options.initialRate {
            configuration.schedule.learningRate = try SettingCheck.positive("initial-rate", initialRate)
        }
        return configuration
    }
}

/// Prints the result of a distillation.
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
