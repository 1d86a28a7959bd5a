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
        abstract: "Writes a run as one HTML page that needs nothing else.",
        discussion: """
            The page tells first whether the ranking may be believed, and shows the ranking, which can be sorted and filtered, the scores \
            against real training, the synthetic images, and how all of it was made. It can be written while a search is under way, too.

            Example:
              gtn-nas report Results/runs/mine -o mine.html
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The page's file.", valueName: "file.html"))
    var output: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        try OutputFile.check(output)
        let run = try Run(path: directory)
        try OutputFile.write(RunReport(run).html, to: output, command: "report", json: json)
    }
}
