import ArgumentParser
import Basics
import Foundation
import RankStatistics
import Search

struct CorrelateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correlate",
        abstract: "Tells how far a run's ranking agrees with real accuracies.",
        discussion: """
            The real accuracies are those of the candidates that the run trained on real data or, with --truth, those of a table: a CSV \
            file with the columns architecture and accuracy, an accuracy above 1 being a percentage.

            The verdict is 'trusted' when Spearman's ρ is above zero and above that of the best free baseline, each beyond chance (95 % \
            bootstrap intervals); 'weak' when it is above zero but a baseline may do as well; 'worthless' otherwise, and with fewer than \
            \(Verdict.minimumPairs) candidates. With --strict, the exit code is 3 unless the verdict is 'trusted'.

            From \(FittedBlend.minimumPairs) candidates on, a 'fitted-blend' weighs the ranks by the proxy and by parameters as fits the \
            accuracies (ridge regression); what is told of it is of candidates left out of the fit.

            --speedup scores the same candidates by short trainings on real images too, each length twice the one before, until one ranks \
            as well as the proxy: its cost over the proxy's is the speed-up. The scores are kept in the run.

            Example:
              gtn-nas correlate Results/runs/tour --speedup --budget 5m
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(help: ArgumentHelp("A CSV file of accuracies.", valueName: "csv"))
    var truth: String?

    @Flag(help: "Exit with code 3 unless the verdict is 'trusted'.")
    var strict = false

    @Flag(help: "Also train on real images for as long as it takes to rank as well: what does the proxy save?")
    var speedup = false

    @Option(help: "Time for that; what does not fit into it is left for another time.")
    var budget: TimeSpan?

    @Option(help: ArgumentHelp("Steps on real images that are not gone beyond.", valueName: "steps"))
    var longest = 1_024

    @OptionGroup var workerOptions: WorkerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        try SettingCheck.ifGiven("longest", longest, RealStepsLadder.shortest...1_000_000)
        if let budget, !speedup { throw InputRefusal("--budget \(budget): only --speedup takes time; add it, or leave the budget out") }
        let startedAt = SystemClock().now()
        let run = try Run(path: directory, forWriting: speedup)
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
        if strict, agreement.report.verdict != .trusted { throw ExitCode(3) }
    }

    private func agreement(_ run: Run) throws -> Agreement {
        if let truth {
            let accuracies = try AccuracyTable(path: truth, space: run.space()).accuracies
            guard let found = try run.agreement(with: accuracies, path: truth) else {
                throw InputRefusal(
                    "\(truth): names fewer than two of the architectures that \(run.directory.shown) has scored; score them with "
                        + "'gtn-nas search … --candidates-file'")
            }
            return found
        }
        guard let found = try run.agreement() else {
            throw InputRefusal(
                "\(run.directory.shown): fewer than two candidates were trained on real data; train some with "
                    + "'gtn-nas validate \(run.directory.shown) --candidates 12', or give accuracies with --truth")
        }
        return found
    }

    private func measure(_ run: Run, _ agreement: Agreement, startedAt: Double) throws {
        let workplace = try workerOptions.workplace()
        Interruption.watch()
        let reporter = RunReporter(silent: output.quiet || output.json)
        let isComplete = try run.scoreOnRealImages(
            agreement, longest: longest, on: workplace, until: .ofCommand(budget, startedAt: startedAt)
        ) { reporter.show($0) }
        reporter.clear()
        if !isComplete, !Interruption.isRequested, !output.quiet {
            Console.note("time ran out before real data ranked as well; what was scored is kept, and another --speedup goes on from there")
        }
    }
}
