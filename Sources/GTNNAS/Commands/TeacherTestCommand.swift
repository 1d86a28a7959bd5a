import Basics
import ArgumentParser
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

/// The learners and the amount of work of a comparison.
struct ComparisonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Learners to compare on.", valueName: "count")) var learners = 10

    @Flag(help: "Also test the teacher at its learning rates times the best factor of a grid.") var tuneRate = false

    @Flag(help: "Also evaluate the learners after 1, 2, 4, … steps.") var curve = false

    @Option(help: ArgumentHelp("Also train on real data for these numbers of steps, as in 32,64,128.", valueName: "steps"))
    var realSteps: String?
}

/// The workers of a comparison. Its seed is the teacher's.
struct ComparisonMachineOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Learners that train in parallel (default: one per core).", valueName: "count")) var workers: Int?
}

struct TeacherTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Compares a teacher with real data, on learners of any space.",
        discussion: """
            Learners of random architecture train on the curriculum. From the same initial parameters they also train for as many steps \
            on real data, at the best constant learning rate and momentum of a grid. In the teacher's own space, with its settings, up \
            to ten of the learners are architectures that meta-training never saw.

            Learned rates suit the networks they were learned on. --tune-rate also multiplies them by the best of 1/64, 1/32, … 2, \
            chosen on the same learners and images as the rate for real data.

            Example:
              gtn-nas teacher test T.safetensors fashion --data fashion-mnist
            """)

    @OptionGroup(title: "What to compare") var source: TeacherFileArgument
    @OptionGroup(title: "What to compare") var space: SpaceOptions
    @OptionGroup(title: "What to compare") var data: DataOptions
    @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
    @OptionGroup(title: "Machine") var machine: ComparisonMachineOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    private var path: String { source.path }

    func run() throws {
        let (learners, tuneRate, curve) = (comparison.learners, comparison.tuneRate, comparison.curve)
        _ = try SettingCheck.whole("learners", learners, 2...10_000)
        let realSteps = try (comparison.realSteps?.split(separator: ",") ?? []).map { text in
            guard let steps = Int(text), (1...100_000).contains(steps) else {
                throw InputRefusal("--real-steps \(text): expected numbers of steps from 1 to 100000, separated by commas, as in 32,64,128")
            }
            return steps
        }
        let file = try source.file()
        let workers = try MachineOptions.perCore(machine.workers, "workers")
        // The seed and split are the teacher's, so that learning rates are not chosen with its training images.
        let task = try data.task(seed: file.recipe.seed)
        let space = try space.space(for: task)
        try file.check(fits: task, path: path)
        if file.recipe.pilot != nil, !output.quiet {
            Console.note("\(path) was made to rank, not to teach: its learners may do badly on real images")
        }
        var configuration = Teaching.Configuration(kind: file.recipe.kind, bound: .metaSteps(0))
        configuration.seed = file.recipe.seed
        configuration.heldOut = learners
        configuration.workers = workers
        configuration.normKind = NormKind(rawValue: file.recipe.normKind) ?? .batch
        Interruption.watch()
        let evaluation = Teaching(task, space, configuration).evaluation
        let curriculum = file.curriculum.curriculum()
        let stop: @Sendable () -> Bool = { Interruption.isRequested }
        guard let grid = evaluation.searchGrid(like: curriculum, shouldStop: stop),
            let report = evaluation.report(on: curriculum, grid, shouldStop: stop)
        else { throw ExitCode(130) }
        let scaled = tuneRate ? evaluation.scaledRates(of: curriculum, shouldStop: stop) : nil
        if tuneRate, scaled == nil { throw ExitCode(130) }
        // 1, 2, 4, … and all of them.
        let points = sequence(first: 1) { $0 * 2 }.prefix { $0 < curriculum.steps } + [curriculum.steps]
        guard let points = curve ? evaluation.curve(of: curriculum, grid.best, at: points, shouldStop: stop) : [] else {
            throw ExitCode(130)
        }
        let realData = try realSteps.map { steps in
            guard let found = evaluation.realData(steps: steps, like: curriculum, shouldStop: stop) else { throw ExitCode(130) }
            return found
        }
        let printer = ComparisonPrinter(report: report, scaled: scaled, curve: points, realData: realData, seed: file.recipe.seed)
        if output.json {
            try Console.json("teacher test", printer.fields().merging(["teacher": path, "space": space.name]) { $1 })
            return
        }
        print("teacher       \(path): \(file.recipe.kind.rawValue), \(file.recipe.steps) steps of \(file.recipe.batch) images\n")
        printer.print()
    }
}
