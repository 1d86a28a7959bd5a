import RankStatistics
import Basics
import ArgumentParser
import Foundation
import GTN
import Search
import SearchSpace
import Tensors

struct PoisonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poison",
        abstract: "How robust trained networks are: images of which one gradient step makes one class be taken for another.",
        discussion: """
            A population of networks is trained here on real data. Synthetic images, with the labels that they started with, are learned \
            such that one gradient step on them makes any of the networks take class A for class B and changes nothing else (Wang et \
            al., "Dataset Distillation", 2018, section 3.5). They are judged by trained networks that learning never saw, on the test \
            part, beside the same step on as many ordinary images.

            Classes are numbers from 0, or names of the data set.

            Example:
              gtn-nas poison --data mnist:DIR --from 3 --to 8 --images 100 --budget 15m
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var network: NetworkOptions

    @Option(help: ArgumentHelp("The class that is mistaken.", valueName: "class"))
    var from: String

    @Option(help: ArgumentHelp("The class that it is taken for.", valueName: "class"))
    var to: String

    @Option(help: "Synthetic images of the step.")
    var images = 100

    @Option(help: "Trained networks that the images are learned on, at most.")
    var population = 40

    @Option(help: "Trained networks that judge.")
    var heldOut = 10

    @Option(help: "Passes over its images in the training of each network.")
    var epochs = 3

    @Option(help: "Real images that each network is trained on.")
    var trainingImages = 20_000

    @Option(help: "Learning rate of the meta-optimizer.")
    var metaRate: Double?

    @Option(help: "Rate that the step's learned one starts from.")
    var initialRate: Double?

    @OptionGroup var bounds: BoundOptions
    @OptionGroup var checkpoints: CheckpointOptions

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write the images to, as a teacher's.", valueName: "file"))
    var path = "poison.safetensors"

    @Option(help: ArgumentHelp("Also write every meta-step's loss to a CSV file.", valueName: "file"))
    var log: String?

    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let clock = Stopwatch()
        let bound = try bounds.bound(of: "poison")
        try OutputFile.check(path)
        if let log { try OutputFile.check(log) }
        // The networks come first: a meta-training's checkpoint never lies without them.
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
            case .evaluating: progress.update("judging on networks never seen", force: true)
            }
        }
        progress.clear()
        try outcome.file.write(to: path)
        if !Interruption.isRequested {
            checkpoint.remove()
            networks.remove()
        }
        if let log { try outcome.history.csv.write(toFile: log, atomically: true, encoding: .utf8) }
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
            throw InputRefusal("--\(option) \(text): no class of the data set; it has \(names.joined(separator: ", "))")
        }
        let mistake = Mistake(from: try number("from", from), to: try number("to", to))
        guard mistake.from != mistake.to else { throw InputRefusal("--from \(from) --to \(to): a class taken for itself is no mistake") }
        var configuration = Poisoning.Configuration(mistake, bound: bound)
        configuration.images = try SettingCheck.whole("images", images, 1...100_000)
        configuration.population = try SettingCheck.whole("population", population, 1...10_000)
        configuration.heldOut = try SettingCheck.whole("held-out", heldOut, 2...10_000)
        configuration.epochs = try SettingCheck.whole("epochs", epochs, 1...1_000)
        configuration.imagesPerEpoch = try SettingCheck.whole("training-images", trainingImages, 1...10_000_000)
        configuration.seed = machine.seed
        configuration.workers = try machine.workerCount()
        configuration.threads = try machine.threadCount()
        configuration.device = try machine.chosenDevice()
        configuration.normKind = network.norm
        if let metaRate { configuration.metaTraining.learningRate = try SettingCheck.positive("meta-rate", metaRate) }
        if let initialRate { configuration.schedule.learningRate = try SettingCheck.positive("initial-rate", initialRate) }
        return configuration
    }
}

/// Prints what a poisoning came to.
struct PoisoningPrinter {
    let outcome: Poisoning.Outcome
    let configuration: Poisoning.Configuration
    let names: [String]
    let network: String
    let path: String
    let seconds: Double

    /// What is told of the networks that judge, by the field's name: a function of one network's confusions.
    private var facts: [(field: String, text: String, value: (ConfusionMatrix) -> Double)] {
        let (from, to) = (configuration.mistake.from, configuration.mistake.to)
        return [
            ("accuracy", "all classes right", { $0.accuracy }),
            ("class_accuracy", "\(names[from]) right", { $0.share(of: from, takenFor: from) }),
            ("sent_to_target", "\(names[from]) taken for \(names[to])", { $0.share(of: from, takenFor: to) }),
            ("other_classes_accuracy", "the other classes right", { $0.accuracy(without: from) }),
        ]
    }

    /// nil of a class that the test part has no image of.
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
            Swift.print("              no judgement: it was interrupted")
            return
        }
        Swift.print("\n\(confusions.before.count) networks never seen, on the test part (mean, 95 % interval):\n")
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
