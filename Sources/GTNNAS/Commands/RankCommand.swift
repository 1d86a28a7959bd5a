import ArgumentParser
import ResultStore
import Search

struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Prints the ranking of a run, also while its search is under way.",
        discussion: """
            Example:
              gtn-nas rank Results/runs/mine --top 50 --csv > ranking.csv
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(help: "How many of the best (default: all).")
    var top: Int?

    @Flag(help: "Only those that none beats in both score and parameters.")
    var pareto = false

    @Flag(help: "Print comma-separated values.")
    var csv = false

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        if let top, top < 1 { throw InputRefusal("--top \(top): expected a number from 1 on") }
        if csv, json { throw InputRefusal("--csv and --json exclude each other") }
        let run = try OpenedRun(path: directory)
        var ranking = try run.store.ranking(proxy: run.proxy, top: pareto ? nil : top)
        if pareto { ranking = Ranking.front(sizes: ranking.map(\.parameters)).prefix(top ?? .max).map { ranking[$0] } }
        if json {
            try Console.json("rank", ["ranking": try Console.object(ranking)])
        } else if csv {
            print("rank,architecture,hash,score,accuracy,loss,steps,seconds,parameters,macs")
            for row in ranking {
                let numbers = [row.score, row.accuracy, row.loss].map { $0.map { "\($0)" } ?? "" }
                let costs = ["\(row.steps)", "\(row.seconds)", "\(row.parameters)", "\(row.macs)"]
                print((["\(row.rank)", CSV.quoted(row.architecture), row.hash] + numbers + costs).joined(separator: ","))
            }
        } else {
            run.tables.printRanking(ranking)
        }
    }
}
