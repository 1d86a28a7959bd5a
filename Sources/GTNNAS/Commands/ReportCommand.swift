import RankStatistics
import ArgumentParser
import Foundation
import GTN
import Reports
import ResultStore
import Search
import SearchSpace

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a run as one self-contained HTML page.",
        discussion: """
            The page shows the best candidate, two verdicts (under a limit and over all sizes), the ranking (to sort and filter), \
            scores against accuracies, the synthetic images, and all settings. The search may still be running.

            Example:
              gtn-nas report Results/runs/mine -o mine.html
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var directory: String

    @OptionGroup var cost: CostOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The HTML file to write.", valueName: "file.html")) var output: String

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        try OutputFile.check(output)
        let run = try Run(path: directory)
        try OutputFile.write(RunReport(run, cost: cost.cost).html, to: output, command: "report", json: json)
    }
}
