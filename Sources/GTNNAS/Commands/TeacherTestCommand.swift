import Basics
import ArgumentParser
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

struct TeacherTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Compares a finished teacher with real data, on learners of any space.",
        discussion: """
            Learners of random architecture are trained on the curriculum and, from the same initial parameters and for as many steps, on \
            real data with the best of a grid of constant rates and momenta: the comparison that 'teach' ends with. Given the space and \
            the settings that the teacher was made with, up to ten learners are those that its meta-training never saw.

            The teacher's rates suit the networks that it was made with. With --tune-rate, they are also multiplied by the best of 1/64, \
            1/32, … 2 for the kind of network at hand, chosen on the same learners and images as real data's rate.

            --curve looks at the learners after 1, 2, 4, … steps too; --real-steps trains them on real data for other numbers of steps, \
            each at the schedule that is best for it: how many steps of real data are as good as the curriculum's?

            Example:
              gtn-nas teacher test fashion.safetensors SearchSpaces/nas-bench-201.space --set channels=8 --set cells=1 --data fashion-mnist
            """)

    @Argument(help: ArgumentHelp("The teacher file.", valueName: "teacher"))
    var path: String

    @OptionGroup var space: SpaceOptions
    @OptionGroup var data: DataOptions

    @Option(help: "Learners to compare on.")
    var learners = 10

    @Flag(name: .customLong("tune-rate"), help: "The teacher at its rates times the best of a grid of factors, too.")
    var tuneRate = false

    @Flag(help: "Accuracy over the inner steps too.")
    var curve = false

    @Option(help: ArgumentHelp("Real data for these numbers of steps too, such as 32,64,128.", valueName: "steps"))
    var realSteps: String?

    @Option(help: "Learners at a time (default: one per core).")
    var workers: Int?

    @OptionGroup var output: OutputOptions

    func run() throws {
        _ = try SettingCheck.whole("learners", learners, 2...10_000)
        let realSteps = try (realSteps?.split(separator: ",") ?? []).map { text in
            guard let steps = Int(text), (1...100_000).contains(steps) else {
                throw InputRefusal("--real-steps \(text): expected numbers of steps from 1 to 100000 between commas, as 32,64,128")
            }
            return steps
        }
        let file = try TeacherFile(path: path)
        let workers = try MachineOptions.perCore(workers, "workers")
        // The teacher's own split and seed: what it learned from does not choose the rates here.
        let task = try data.task(seed: file.recipe.seed)
        let space = try space.space(for: task)
        try file.check(fits: task, path: path)
        if file.recipe.pilot != nil, !output.quiet {
            Console.note("\(path) was made to rank, not to teach: its learners need not do well on real images")
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
