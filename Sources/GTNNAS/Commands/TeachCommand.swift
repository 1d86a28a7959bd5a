import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

/// Sizes of a generator, by name.
enum GeneratorSize: String, CaseIterable, ExpressibleByArgument {
    case small, standard, paper

    var sizes: Generator.Sizes {
        switch self {
        case .small: .small
        case .standard: .standard
        case .paper: .paper
        }
    }
}

/// The options of `teach` and `search` that describe a teacher.
struct TeachingOptions: ParsableArguments {
    private static let standardSize = (steps: 16, batch: 64)

    @Option(help: "Where the images come from.") var kind: TeacherKind = .distilled

    @Option(
        help: ArgumentHelp(
            "Training steps of a learner, a network that trains on the curriculum (default: \(standardSize.steps)).", valueName: "count"))
    var steps: Int?

    @Option(help: ArgumentHelp("Images of one step (default: \(standardSize.batch)).", valueName: "count")) var batch: Int?

    @Option(help: ArgumentHelp("Learners trained in each meta-step.", valueName: "count")) var learners =
        MetaTraining.Settings().learners

    @Option(help: ArgumentHelp("Learning rate of the meta-optimizer (default: 0.04; 0.002 for --kind generative).", valueName: "rate"))
    var metaRate: Double?

    @Option(help: ArgumentHelp("Real images that evaluate a learner in a meta-step (default: 256).", valueName: "count")) var metaBatch:
        Int?

    @Option(help: "Optimizer of the learners; its learning rate, momentum and second-moment decay are learned for each step.")
    var optimizer: InnerOptimizer = .sgd

    @Option(
        help: ArgumentHelp(
            "Initial value of the learned learning rates (default: 0.7; 0.02 for rmsprop and adam).",
            valueName: "rate"))
    var initialRate: Double?

    @Option(help: ArgumentHelp("Initial value of the learned momenta.", valueName: "momentum"))
    var initialMomentum = InitialSchedule().momentum

    @Flag(help: "Learn images and labels only; learning rates and momenta stay at their initial values.") var fixedSchedule = false

    @Option(
        help: ArgumentHelp(
            "Truncated unrolls: backpropagate through this many steps at a random position (default: all).", valueName: "steps"))
    var window: Int?

    @Option(
        help: ArgumentHelp(
            "Weight of a learner's real-image losses after earlier steps, added to that after the last step (default: 0).",
            valueName: "weight"))
    var intermediate: Double?

    @Option(help: "Norm layers of the learners.") var norm: NormKind = .batch

    @Option(help: "For --kind generative: the noise that the generator gets, and its order.") var curriculum: CurriculumOrder = .full

    @Option(help: "Size of a generative teacher's network; a small one leaves more time for the learners.")
    var generator: GeneratorSize = .standard

    @Flag(help: "Add a learned linear map of the noise to a generative teacher's images.") var linearPath = false

    func configuration(bound: MetaTraining.Bound, _ machine: MachineOptions) throws -> Teaching.Configuration {
        var configuration = Teaching.Configuration(kind: kind, bound: bound)
        guard kind == .generative || curriculum == .full else {
            throw InputRefusal(
                "--curriculum \(curriculum.rawValue): only a generative teacher has a curriculum other than full; add --kind generative")
        }
        guard kind == .generative || generator == .standard else {
            throw InputRefusal("--generator \(generator.rawValue): only a generative teacher has a generator; add --kind generative")
        }
        guard kind == .generative || !linearPath else {
            throw InputRefusal("--linear-path: only a generative teacher has a generator; add --kind generative")
        }
        configuration.order = curriculum
        configuration.generator = generator.sizes
        configuration.generator.linearPath = linearPath
        configuration.steps = try SettingCheck.whole("steps", steps ?? Self.standardSize.steps, 1...10_000)
        configuration.batch = try SettingCheck.whole("batch", batch ?? Self.standardSize.batch, 1...10_000)
        // Batch norm needs more than one value.
        guard configuration.batch > 1 else { throw InputRefusal("--batch 1: batch norm needs at least two images") }
        configuration.seed = machine.seed
        configuration.workers = try machine.workerCount()
        configuration.threads = try machine.threadCount()
        configuration.device = try machine.chosenDevice()
        configuration.normKind = norm
        configuration.metaTraining = .standard(for: kind)
        configuration.metaTraining.learners = try SettingCheck.whole("learners", learners, 1...1_000)
        if let metaBatch { configuration.objective.metaBatch = try SettingCheck.whole("meta-batch", metaBatch, 1...100_000) }
        if let metaRate {
            configuration.metaTraining.learningRate = try SettingCheck.positive("meta-rate", metaRate)
        }
        guard initialMomentum > 0, initialMomentum < 1 else {
            throw InputRefusal("--initial-momentum \(initialMomentum): expected a number between 0 and 1, as 0.9")
        }
        configuration.initialSchedule = .standard(for: optimizer)
        if let initialRate { configuration.initialSchedule.learningRate = try SettingCheck.positive("initial-rate", initialRate) }
        if let window { configuration.objective.window = try SettingCheck.whole("window", window, 1...configuration.steps) }
        configuration.initialSchedule.momentum = initialMomentum
        configuration.initialSchedule.isLearned = !fixedSchedule
        if let intermediate {
            guard intermediate >= 0, intermediate.isFinite else {
                throw InputRefusal("--intermediate \(intermediate): expected a number from 0 on")
            }
            configuration.objective.intermediate = intermediate
        }
        return configuration
    }
}

/// The output of `teach`.
struct TeacherOutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "teacher"))
    var path: String

    @OptionGroup var log: LogOption

    @Flag(name: .customLong("no-comparison"), help: "Skip the comparison with real data; 'teacher test' makes it later.")
    var leavesOutComparison = false
}

struct TeachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teach",
        abstract: "Meta-trains a teacher on learners sampled from a search space.",
        discussion: """
            A teacher is a curriculum: T steps of B synthetic images with labels, learning rates and momenta. Meta-training makes \
            learners of random architecture and initialization do well on real data after these T steps.

            At the end, learners of unseen architectures train on the curriculum. From the same initial parameters they also train for \
            as many steps on real data, at the best constant learning rate and momentum of a grid. Both accuracies are printed.

            Example:
              gtn-nas teach fashion --data fashion-mnist --budget 5m -o T.safetensors
            """)

    @OptionGroup(title: "What to teach") var space: SpaceOptions
    @OptionGroup(title: "What to teach") var data: DataOptions
    @OptionGroup(title: "Bounds") var bounds: BoundOptions
    @OptionGroup(title: "Output") var file: TeacherOutputOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var checkpoints: CheckpointOptions
    @OptionGroup(title: "Teacher") var teaching: TeachingOptions
    @OptionGroup(title: "Teachers made to rank") var ranking: RankingOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions

    func run() throws {
        let clock = Stopwatch()
        let bound = try bounds.bound(of: "teach")
        if ranking.start != nil, teaching.steps ?? teaching.batch != nil {
            throw InputRefusal(
                "--start: the new teacher has the steps and the batch of the one it starts from; leave out --steps and --batch")
        }
        var configuration = try teaching.configuration(bound: bound, machine)
        guard !file.leavesOutComparison || teaching.kind != .real else {
            throw InputRefusal(
                "--no-comparison: --kind real takes its learning rate and momentum from the comparison; leave out one of the two")
        }
        configuration.compares = !file.leavesOutComparison
        try OutputFile.check(file.path)
        try file.log.check()
        let checkpoint = try checkpoints.file(for: file.path)
        let task = try data.task(seed: machine.seed)
        let space = try space.space(for: task)
        try ranking.apply(to: &configuration, rate: teaching.initialRate, DatasetSpecification(parsing: data.data), task, space)
        if case .seconds(let seconds) = bound { configuration.bound = .seconds(seconds - clock.seconds) }
        Interruption.watch()
        let progress = Progress(silent: output.quiet || output.json)
        let reporter = TeachingReporter(progress, isRanking: configuration.ranking != nil)
        let outcome = try Teaching(task, space, configuration).run(
            checkpoint: checkpoint, cancelled: { Interruption.isRequested }, onEvent: reporter.show)
        progress.clear()
        try outcome.file.write(to: file.path)
        if !Interruption.isRequested { checkpoint.remove() }
        try file.log.write(outcome.history)
        try TeachingPrinter(outcome: outcome, path: file.path).print(json: output.json)
        if Interruption.isRequested { throw ExitCode(130) }
    }
}

/// Shows the progress of meta-training.
final class TeachingReporter {
    private let progress: Progress
    private let steps: MetaStepReporter

    init(_ progress: Progress, isRanking: Bool) {
        self.progress = progress
        steps = MetaStepReporter(progress, "meta-training", loss: isRanking ? "ranking loss" : "loss on real data")
    }

    func show(_ event: Teaching.Event) {
        switch event {
        case .warmStart(let pass, let error):
            progress.update("warm start: pass \(pass + 1), mean squared error \(decimal(error, 4))")
        case .metaStep(let step, let done, let seconds): steps.show(step, done, seconds)
        case .comparisonLeftOut(let seconds):
            progress.say(
                """
                no comparison with real data: it would take about \(TimeSpan(seconds: seconds)) even with two learners; give a longer \
                --budget
                """)
        case .comparing:
            progress.update("comparing with real data on unseen architectures", force: true)
        }
    }
}

/// Prints the result of meta-training.
struct TeachingPrinter {
    let outcome: Teaching.Outcome
    let path: String

    func print(json: Bool) throws {
        let recipe = outcome.file.recipe
        if json {
            var fields: [String: Any] = [
                "teacher": path, "kind": recipe.kind.rawValue, "steps": recipe.steps, "batch": recipe.batch, "meta_steps": recipe.metaSteps,
                "elapsed_seconds": outcome.elapsedSeconds, "diverged_learners": outcome.diverged,
                "learner_accuracy": NSNull(), "real_data_accuracy": NSNull(), "real_data_accuracy_learned_schedule": NSNull(),
                "advantage": NSNull(),
            ]
            if let report = outcome.report {
                try fields.merge(ComparisonPrinter(report: report, seed: recipe.seed).fields()) { $1 }
            }
            try Console.json("teach", fields)
            return
        }
        Swift.print("teacher       \(path): \(recipe.kind.rawValue), \(recipe.steps) steps of \(recipe.batch) images")
        Swift.print("meta-steps    \(recipe.metaSteps) in \(decimal(outcome.elapsedSeconds, 1)) s; learners diverged: \(outcome.diverged)")
        guard let report = outcome.report else {
            Swift.print("              no comparison with real data; 'gtn-nas teacher test' makes one")
            return
        }
        Swift.print()
        ComparisonPrinter(report: report, seed: recipe.seed).print()
    }
}
