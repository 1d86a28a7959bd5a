import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

extension TeacherKind: ExpressibleByArgument {}
extension CurriculumOrder: ExpressibleByArgument {}
extension InnerOptimizer: ExpressibleByArgument {}

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

/// What both `teach` and `search` ask about the teacher.
struct TeachingOptions: ParsableArguments {
    @Option(help: "generative: a generator of synthetic images; distilled: the images themselves are learned; real: nothing is learned.")
    var kind: TeacherKind = .distilled

    @Option(
        help: """
            What a generative teacher learns of its noise: full (that of every image, in fixed order), shuffled-batches, shuffled, or \
            none.
            """)
    var curriculum: CurriculumOrder = .full

    @Option(help: "Size of a generative teacher's network: small, standard or paper; small ones leave more of the time to learners.")
    var generator: GeneratorSize = .standard

    @Flag(help: "The noise of a generative teacher also becomes an image by a linear map, to which the generator's is added.")
    var linearPath = false

    @Option(help: "Inner steps T of a learner (default: \(standardSize.steps)).")
    var steps: Int?

    @Option(help: "Images B of one inner step (default: \(standardSize.batch)).")
    var batch: Int?

    private static let standardSize = (steps: 16, batch: 64)

    @Option(help: "Learners of one meta-step.")
    var learners = MetaTraining.Settings().learners

    @Option(help: "Learning rate of the meta-optimizer.")
    var metaRate: Double?

    @Option(
        help: "How learners follow their gradients: sgd-momentum, rmsprop or adam; rates, momenta and decays of every step are learned.")
    var optimizer: InnerOptimizer = .sgd

    @Option(
        help: """
            Learning rate that the learned ones start from (default: 0.7, of other optimizers 0.02); smaller ones give calmer learners, \
            which other frameworks replay more closely.
            """)
    var initialRate: Double?

    @Option(help: "Momentum that the learned ones start from.")
    var initialMomentum = InitialSchedule().momentum

    @Flag(
        help: """
            Learn images and labels alone; rates and momenta stay as they begin. Such images may teach networks of other kinds, each at \
            a rate of its own: 'teacher test --tune-rate'.
            """)
    var fixedSchedule = false

    @Option(help: "Real images that judge a learner in a meta-step.")
    var metaBatch: Int?

    @Option(help: "Weight of the losses after the earlier inner steps, beside the last one's.")
    var intermediate: Double?

    @Option(
        help: """
            Truncated unrolls: gradients flow through so many steps, up to one drawn for each learner, which is judged there (default: \
            all).
            """)
    var window: Int?

    @Option(help: "batch: ordinary batch norm in the learners; mean-only: weight norm with mean-only batch norm.")
    var norm: NormKind = .batch

    func configuration(bound: MetaTraining.Bound, _ machine: MachineOptions) throws -> Teaching.Configuration {
        var configuration = Teaching.Configuration(kind: kind, bound: bound)
        guard kind == .generative || curriculum == .full else {
            throw InputRefusal(
                "--curriculum \(curriculum.rawValue): only a generative teacher has other orders than full; add --kind generative")
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

extension NormKind: ExpressibleByArgument {}

struct TeachCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "teach",
        abstract: "Meta-trains a teacher on learners sampled from a space.",
        discussion: """
            A teacher is a curriculum: T steps of B synthetic images with labels, learning rates and momenta. It is trained so that \
            learners of random architecture and initialization do well on real data after these T steps.

            At the end, learners of architectures that meta-training never saw are trained on it and, from the same initial parameters and \
            for as many steps, on real data with the best of a grid of constant rates and momenta.

            Example:
              gtn-nas teach SearchSpaces/fashion.space --data fashion-mnist --budget 5m -o fashion.safetensors
            """)

    @OptionGroup var space: SpaceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var teaching: TeachingOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var output: OutputOptions

    @OptionGroup var ranking: RankingOptions
    @OptionGroup var bounds: BoundOptions
    @OptionGroup var checkpoints: CheckpointOptions

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "teacher"))
    var path: String

    @Option(help: ArgumentHelp("Also write every meta-step's loss to a CSV file.", valueName: "file"))
    var log: String?

    @Flag(name: .customLong("no-comparison"), help: "Leave out the comparison with real data; 'teacher test' makes it later.")
    var leavesOutComparison = false

    func run() throws {
        let clock = Stopwatch()
        let bound = try bounds.bound(of: "teach")
        if ranking.start != nil, teaching.steps ?? teaching.batch != nil {
            throw InputRefusal("--start: a teacher that goes on from another one has its steps and images; leave out --steps and --batch")
        }
        var configuration = try teaching.configuration(bound: bound, machine)
        guard !leavesOutComparison || teaching.kind != .real else {
            throw InputRefusal(
                "--no-comparison: what --kind real finds out, the best rate and momentum, comes from the comparison; leave one of them out")
        }
        configuration.compares = !leavesOutComparison
        try OutputFile.check(path)
        if let log { try OutputFile.check(log) }
        let checkpoint = try checkpoints.file(for: path)
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
        try outcome.file.write(to: path)
        if !Interruption.isRequested { checkpoint.remove() }
        if let log { try outcome.history.csv.write(toFile: log, atomically: true, encoding: .utf8) }
        try TeachingPrinter(outcome: outcome, path: path).print(json: output.json)
        if Interruption.isRequested { throw ExitCode(130) }
    }
}

/// Shows a teaching's progress.
final class TeachingReporter {
    private let progress: Progress
    private let steps: MetaStepReporter

    init(_ progress: Progress, isRanking: Bool) {
        self.progress = progress
        steps = MetaStepReporter(progress, "teaching", loss: isRanking ? "ranking loss" : "loss on real data")
    }

    func show(_ event: Teaching.Event) {
        switch event {
        case .warmStart(let pass, let error):
            progress.update("warm start: pass \(pass + 1), mean squared error \(decimal(error, 4))")
        case .metaStep(let step, let done, let seconds): steps.show(step, done, seconds)
        case .comparisonLeftOut(let seconds):
            progress.say(
                """
                no comparison with real data: even with two learners it would take about \(TimeSpan(seconds: seconds)); a longer \
                --budget has room for it
                """)
        case .comparing:
            progress.update("comparing with real data on architectures never seen", force: true)
        }
    }
}

/// Prints what a teaching came to.
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
            Swift.print("              no comparison with real data: it was left out; 'gtn-nas teacher test' makes it")
            return
        }
        Swift.print()
        ComparisonPrinter(report: report, seed: recipe.seed).print()
    }
}
