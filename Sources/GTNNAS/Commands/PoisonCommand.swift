import RankStatistics
import Basics
import ArgumentParser
import Foundation
import GTN
import Search
import SearchSpace
import Tensors

/// The mistake, and the images that cause it.
struct PoisonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The class to be mistaken, by its name or its number from 0.", valueName: "class")) var from: String

    @Option(help: ArgumentHelp("The class it is mistaken for.", valueName: "class")) var to: String

    @Option(help: ArgumentHelp("Synthetic images of the step.", valueName: "count")) var images = 100

    @Option(help: ArgumentHelp("Learning rate of the meta-optimizer.", valueName: "rate")) var metaRate: Double?

    @Option(help: ArgumentHelp("Initial value of the step's learned learning rate.", valueName: "rate")) var initialRate: Double?
}

/// The trained networks that are poisoned.
struct PoisonedNetworkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Maximum number of trained networks that the images are learned on.", valueName: "count"))
    var population = 40

    @Option(help: ArgumentHelp("Trained networks, unseen in learning, that evaluate the images.", valueName: "count")) var heldOut = 10

    @Option(help: ArgumentHelp("Epochs of each network's training.", valueName: "count")) var epochs = 3

    @Option(help: ArgumentHelp("Real images that each network trains on.", valueName: "count")) var trainingImages = 20_000
}

/// The output of `poison`.
struct PoisonOutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "file"))
    var path = "poison.safetensors"

    @OptionGroup var log: LogOption
}

struct PoisonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poison",
        abstract: "Measures robustness: learns images that make trained networks mistake one class for another in one step.",
        discussion: """
            A population of networks is trained here on real data. Images are then learned so that one gradient step on them makes any of \
            these networks mistake class A for class B, and changes little else (Wang et al., "Dataset Distillation", 2018, section 3.5).

            The result is evaluated on the test part with networks unseen in learning, and compared with one step on as many ordinary \
            images.

            Example:
              gtn-nas poison --data mnist:DIR --from 3 --to 8 --budget 15m
            """)

    @OptionGroup(title: "What to poison") var data: DataOptions
    @OptionGroup(title: "What to poison") var poison: PoisonOptions
    @OptionGroup(title: "Bounds") var bounds: BoundOptions
    @OptionGroup(title: "Output") var file: PoisonOutputOptions
    @OptionGroup(title: "Output") var checkpoints: CheckpointOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Networks") var network: NetworkOptions
    @OptionGroup(title: "Networks") var networkTraining: PoisonedNetworkOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() throws {
        let clock = Stopwatch()
        let bound = try bounds.bound(of: "poison")
        let path = file.path
        try OutputFile.check(path)
        try file.log.check()
        // The networks are saved first: no checkpoint of meta-training exists without them.
        let networks = try CheckpointFile(path: checkpoints.path(for: path, ending: "networks"), resumes: checkpoints.resume)
        let checkpoint = try CheckpointFile(
            path: path + ".checkpoint", resumes: checkpoints.resume, interval: checkpoints.checkpointEvery.seconds)
        let task = try data.task(seed: machine.seed)
        let (space, architecture) = try network.chosen(for: task)
        var configuration = try configuration(bound, names: task.dataset.train.classNames)
        configuration.imagesPerEpoch = min(configuration.imagesPerEpoch, task.splits.train.count)
        if case .seconds(let seconds) = bound { configuration.bound = .seconds(seconds - clock.seconds) }
        Interruption.watch()
        let progress = Progress(silent: output.quiet || output.json)
        let steps = MetaStepReporter(progress, "poisoning")
        let outcome = try Poisoning(task, space, architecture, configuration, networks: networks).run(
            checkpoint: checkpoint, cancelled: { Interruption.isRequested }
        ) { event in
            switch event {
            case .network(let trained, let all): progress.update("training networks: \(trained) of \(all)")
            case .metaStep(let step, let done, let seconds): steps.show(step, done, seconds)
            case .evaluating: progress.update("evaluating on unseen networks", force: true)
            }
        }
        progress.clear()
        try outcome.file.write(to: path)
        if !Interruption.isRequested {
            checkpoint.remove()
            networks.remove()
        }
        try file.log.write(outcome.history)
        try PoisoningPrinter(
            outcome: outcome, configuration: configuration, names: task.dataset.train.classNames, network: network.network ?? space.name,
            path: path,
            seconds: outcome.elapsedSeconds
        ).print(json: output.json)
        if Interruption.isRequested { throw ExitCode(130) }
    }

    private func configuration(_ bound: MetaTraining.Bound, names: [String]) throws -> Poisoning.Configuration {
        func number(_ option: String, _ text: String) throws -> Int {
            if let index = names.firstIndex(of: text) ?? Int(text), names.indices.contains(index) { return index }
            throw InputRefusal("--\(option) \(text): no such class; the data set has \(names.joined(separator: ", "))")
        }
        let mistake = Mistake(from: try number("from", poison.from), to: try number("to", poison.to))
        guard mistake.from != mistake.to else {
            throw InputRefusal("--from \(poison.from) --to \(poison.to): both are the same class; choose two")
        }
        var configuration = Poisoning.Configuration(mistake, bound: bound)
        configuration.images = try SettingCheck.whole("images", poison.images, 1...100_000)
        configuration.population = try SettingCheck.whole("population", networkTraining.population, 1...10_000)
        configuration.heldOut = try SettingCheck.whole("held-out", networkTraining.heldOut, 2...10_000)
        configuration.epochs = try SettingCheck.whole("epochs", networkTraining.epochs, 1...1_000)
        configuration.imagesPerEpoch = try SettingCheck.whole("training-images", networkTraining.trainingImages, 1...10_000_000)
        configuration.seed = machine.seed
        configuration.workers = try machine.workerCount()
        configuration.threads = try machine.threadCount()
        configuration.device = try machine.chosenDevice()
        configuration.normKind = network.norm
        if let metaRate = poison.metaRate { configuration.metaTraining.learningRate = try SettingCheck.positive("meta-rate", metaRate) }
        if let initialRate = poison.initialRate {
            configuration.schedule.learningRate = try SettingCheck.positive("initial-rate", initialRate)
        }
        return configuration
    }
}

/// Prints the result of a poisoning.
struct PoisoningPrinter {
    let outcome: Poisoning.Outcome
    let configuration: Poisoning.Configuration
    let names: [String]
    let network: String
    let path: String
    let seconds: Double

    /// The statistics of the evaluating networks: field, text, and a function of one network's confusion matrix.
    private var facts: [(field: String, text: String, value: (ConfusionMatrix) -> Double)] {
        let (from, to) = (configuration.mistake.from, configuration.mistake.to)
        return [
            ("accuracy", "all classes right", { $0.accuracy }),
            ("class_accuracy", "\(names[from]) right", { $0.share(of: from, takenFor: from) }),
            ("sent_to_target", "\(names[from]) mistaken for \(names[to])", { $0.share(of: from, takenFor: to) }),
            ("other_classes_accuracy", "the other classes right", { $0.accuracy(without: from) }),
        ]
    }

    /// The mean over networks; nil for a class without test images.
    private func estimate(_ matrices: [ConfusionMatrix], _ value: (ConfusionMatrix) -> Double) -> Estimate? {
        let values = matrices.map(value)
        return values.allSatisfy(\.isFinite) ? Mean.estimate(values, seed: configuration.seed) : nil
    }

    func print(json: Bool) throws {
        let recipe = outcome.file.recipe
        if json {
            var fields: [String: Any] = [
                "images_file": path, "network": network, "from": names[configuration.mistake.from], "to": names[configuration.mistake.to],
                "images": configuration.images,
                "population": outcome.population, "held_out": outcome.confusions?.before.count ?? 0, "epochs": configuration.epochs,
                "training_images": configuration.imagesPerEpoch,
                "meta_steps": recipe.metaSteps, "learning_rate": outcome.file.curriculum.curriculum().learningRate.doubles[0],
                "elapsed_seconds": seconds, "diverged_learners": outcome.diverged, "before": NSNull(), "after": NSNull(),
                "after_ordinary": NSNull(),
            ]
            if let confusions = outcome.confusions {
                for (name, matrices) in [
                    ("before", confusions.before), ("after", confusions.after), ("after_ordinary", confusions.afterOrdinary),
                ] {
                    fields[name] = try Dictionary(
                        uniqueKeysWithValues: facts.map { ($0.field, try estimate(matrices, $0.value).map(Console.object) ?? NSNull()) })
                }
            }
            try Console.json("poison", fields)
            return
        }
        Swift.print("images        \(path): \(configuration.images), learned on \(outcome.population) trained networks (\(network))")
        Swift.print("meta-steps    \(recipe.metaSteps) in \(decimal(seconds, 1)) s; learners diverged: \(outcome.diverged)")
        guard let confusions = outcome.confusions else {
            Swift.print("              no evaluation: interrupted")
            return
        }
        Swift.print("\n\(confusions.before.count) unseen networks, on the test part (mean, 95 % interval):\n")
        var table = TextTable([.left, .right, .right, .right])
        table.add("", "before", "after the learned images", "after \(configuration.images) ordinary ones")
        for fact in facts {
            let cells = [confusions.before, confusions.after, confusions.afterOrdinary].map { matrices in
                guard let estimate = estimate(matrices, fact.value) else { return "-" }
                return "\(percent(estimate.value)) [\(percent(estimate.low)), \(percent(estimate.high))]"
            }
            table.add(fact.text, cells[0], cells[1], cells[2])
        }
        table.print()
    }
}
