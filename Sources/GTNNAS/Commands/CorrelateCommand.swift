import ArgumentParser
import Foundation
import ResultStore
import Search
import SearchSpace

struct CorrelateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "correlate",
        abstract: "Tells how far a run's ranking agrees with real accuracies.",
        discussion: """
            The real accuracies are those of the candidates that the run trained on real data or, with --truth, those of a table: a CSV file \
            with the columns architecture and accuracy, an accuracy above 1 being a percentage.

            The verdict is 'trusted' when Spearman's ρ is above zero and above that of the best free baseline, each beyond chance (95 % \
            bootstrap intervals); 'weak' when it is above zero but a baseline may do as well; 'worthless' otherwise, and with fewer than \
            \(Verdict.minimumPairs) candidates. With --strict, the exit code is 3 unless the verdict is 'trusted'.
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(help: ArgumentHelp("A CSV file of accuracies.", valueName: "csv"))
    var truth: String?

    @Flag(help: "Exit with code 3 unless the verdict is 'trusted'.")
    var strict = false

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        let run = try OpenedRun(path: directory)
        let correlation: Correlation
        if let truth {
            let accuracies = try TruthTable(path: truth, space: run.space()).accuracies
            guard let found = try Correlation(run.store, proxy: run.proxy, accuracies: accuracies, path: truth) else {
                throw InputRefusal(
                    "\(truth): names fewer than two of the architectures that \(run.directory.shown) has scored; score them with "
                        + "'gtn-nas search … --candidates-file'")
            }
            correlation = found
        } else {
            guard let found = try Correlation(run.store, proxy: run.proxy) else {
                throw InputRefusal(
                    "\(run.directory.shown): fewer than two candidates were trained on real data; train some with "
                        + "'gtn-nas validate \(run.directory.shown) --candidates 12', or give accuracies with --truth")
            }
            correlation = found
        }
        if json {
            try Console.json("correlate", ["correlation": try correlation.json()])
        } else {
            correlation.print()
        }
        if strict, correlation.report.verdict != .trusted { throw ExitCode(3) }
    }
}
