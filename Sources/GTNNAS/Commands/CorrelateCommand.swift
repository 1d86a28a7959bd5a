import ArgumentParser
import Basics
import Foundation
import RankStatistics
import Search

/// The accuracies to compare a run's scores with.
struct CorrelateSourceOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var directory: String

    @Option(help: ArgumentHelp("A CSV file with the columns architecture and accuracy (fractions or percent).", valueName: "csv"))
    var truth: String?

    @Flag(help: "Exit with code 3 unless the verdict is 'trusted'.") var strict = false
}

/// The comparison with short training on real images.
struct SpeedUpOptions: ParsableArguments {
    @Flag(help: "Measure how much longer real images take to rank as well.") var speedup = false

    @Option(help: ArgumentHelp("Time for --speedup; a later --speedup continues.", valueName: "time")) var budget: TimeSpan?

    @Option(help: ArgumentHelp("Maximum number of steps on real images.", valueName: "steps")) var longest = 1_024
}

struct CorrelateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correlate",
        abstract: "Reports how well a run's ranking agrees with real accuracies.",
        discussion: """
            The accuracies are those of the validated candidates, or those of a CSV file (--truth).

            Verdicts, all by 95 % bootstrap intervals:
              trusted    Spearman's ρ is above zero, and above that of the best free baseline
              weak       ρ is above zero, but a free baseline may rank as well
              worthless  anything else, and fewer than \(Verdict.minimumPairs) candidates

            From \(FittedBlend.minimumPairs) candidates on, 'fitted-blend' weights the ranks by proxy and by parameters (ridge regression, \
            cross-validated).

            --speedup also scores the same candidates by short trainings on real images, each twice as long as the last, until one ranks \
            as well as the proxy. The speed-up is its cost over the proxy's cost.

            Example:
              gtn-nas correlate Results/runs/mine --truth accuracies.csv
            """)

    @OptionGroup(title: "What to compare") var sources: CorrelateSourceOptions
    @OptionGroup(title: "Speed-up") var speed: SpeedUpOptions
    @OptionGroup(title: "Machine") var workerOptions: WorkerOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let (speedup, budget) = (speed.speedup, speed.budget)
        try SettingCheck.ifGiven("longest", speed.longest, RealStepsLadder.shortest...1_000_000)
        if let budget, !speedup { throw InputRefusal("--budget \(budget): only --speedup has a budget; add it, or leave out --budget") }
        let startedAt = SystemClock().now()
        let run = try Run(path: sources.directory, forWriting: speedup)
        var agreement = try agreement(run)
        if speedup {
            try measure(run, agreement, startedAt: startedAt)
            agreement = try self.agreement(run)
        }
        let printer = AgreementPrinter(agreement: agreement)
        if output.json {
            try Console.json("correlate", ["correlation": try printer.json()])
        } else {
            printer.print()
        }
        if Interruption.isRequested { throw ExitCode(130) }
        if sources.strict, agreement.report.verdict != .trusted { throw ExitCode(3) }
    }

    private func agreement(_ run: Run) throws -> Agreement {
        if let truth = sources.truth {
            let accuracies = try AccuracyTable(path: truth, space: run.space()).accuracies
            guard let found = try run.agreement(with: accuracies, path: truth) else {
                throw InputRefusal(
                    "\(truth): fewer than two of its architectures have a score in \(run.directory.shown); score them with "
                        + "'gtn-nas search … --candidates-file'")
            }
            return found
        }
        guard let found = try run.agreement() else {
            throw InputRefusal(
                "\(run.directory.shown): fewer than two validated candidates; run "
                    + "'gtn-nas validate \(run.directory.shown) --candidates 12', or give accuracies with --truth")
        }
        return found
    }

    private func measure(_ run: Run, _ agreement: Agreement, startedAt: Double) throws {
        let workplace = try workerOptions.workplace()
        Interruption.watch()
        let reporter = RunReporter(silent: output.quiet || output.json)
        let isComplete = try run.scoreOnRealImages(
            agreement, longest: speed.longest, on: workplace, until: .ofCommand(speed.budget, startedAt: startedAt)
        ) { reporter.show($0) }
        reporter.clear()
        if !isComplete, !Interruption.isRequested, !output.quiet {
            Console.note("the budget ended before real images ranked as well; all scores are saved, and another --speedup continues")
        }
    }
}
