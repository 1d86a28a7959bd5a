import Basics
import ArgumentParser
import Export
import Foundation
import RankStatistics
import ResultStore
import Search

struct RankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Prints the ranking of a run, finished or running.",
        discussion: """
            Example:
              gtn-nas rank Results/runs/mine --top 50 --csv > ranking.csv
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var directory: String

    @Option(help: ArgumentHelp("Number of candidates to print (default: all).", valueName: "count")) var top: Int?

    @Option(help: "Rank by another proxy, such as blend or nwot, if the run has its scores (default: the run's proxy).") var proxy: Proxy?

    @Flag(help: "Print the Pareto front only: of score and parameters, or of score and latency with --latency.") var pareto = false

    @Flag(
        help: "Measure the latency of each network in libtorch on one thread of this machine, in milliseconds (median of several runs).")
    var latency = false

    @Option(help: ArgumentHelp("Batch size of the latency measurement (default: 1).", valueName: "images")) var batch: Int?

    @Option(help: ArgumentHelp("Print candidates of at most this latency only; implies --latency.", valueName: "milliseconds"))
    var maxLatency: Double?

    @Flag(help: "Print CSV.") var csv = false

    @Flag(help: OutputOptions.jsonHelp) var json = false

    /// A line of the ranking, and its latency in milliseconds if it was measured.
    private typealias Row = (record: RankedCandidate, latency: Double?)

    func run() throws {
        if let top, top < 1 { throw InputRefusal("--top \(top): expected a number from 1 on") }
        if csv, json { throw InputRefusal("--csv and --json exclude each other") }
        try SettingCheck.ifGiven("batch", batch, 1...10_000)
        if let maxLatency { _ = try SettingCheck.positive("max-latency", maxLatency) }
        let measures = latency || maxLatency != nil
        if batch != nil, !measures {
            throw InputRefusal("--batch \(batch!): only the measurement of latency has a batch size; add --latency")
        }
        let rows = try rows(measures)
        if json {
            try printJSON(rows, measures)
        } else if csv {
            printCSV(rows, measures)
        } else {
            RunPrinter.printRanking(rows.map(\.record), latencies: measures ? rows.map { $0.latency! } : nil)
        }
    }

    private func rows(_ measures: Bool) throws -> [Row] {
        let run = try Run(path: directory)
        // A Pareto front or a latency limit needs all candidates. The best `top` of the result are selected later.
        let wanted = pareto || maxLatency != nil ? nil : top
        let all = try proxy.map { try run.ranking(by: $0, top: wanted) } ?? run.ranking(top: wanted)
        var rows: [Row] = all.map { ($0, nil) }
        if measures {
            let space = try run.space().fitted(to: run.task())
            let progress = Progress(silent: json || csv)
            let seconds = LatencyMeter(batch: batch ?? 1).seconds(
                try all.map { try space.architecture($0.candidate.architecture) }, in: space
            ) { done in
                progress.update("measuring \(done) of \(all.count) networks", done: Double(done) / Double(all.count))
            }
            progress.clear()
            rows = zip(all, seconds).map { Row($0, 1_000 * $1) }.filter { $0.latency! <= maxLatency ?? .infinity }
        }
        if pareto { rows = Ranking.front(costs: rows.map { $0.latency ?? Double($0.record.candidate.parameters) }).map { rows[$0] } }
        return Array(rows.prefix(top ?? .max))
    }

    private func printJSON(_ rows: [Row], _ measures: Bool) throws {
        let objects = try rows.map { row in
            var object = try Console.object(row.record) as! [String: Any]
            if let latency = row.latency { object["latency_ms"] = latency }
            return object
        }
        var fields: [String: Any] = ["ranking": objects]
        if measures {
            fields["latency"] = ["batch": batch ?? 1, "threads": 1, "machine": Machine.description, "versions": Machine.versions]
        }
        try Console.json("rank", fields)
    }

    private func printCSV(_ rows: [Row], _ measures: Bool) {
        print("rank,architecture,hash,score,accuracy,loss,steps,seconds,parameters,macs\(measures ? ",latency_ms" : "")")
        for (row, latency) in rows {
            let numbers = [row.evaluation.score, row.evaluation.accuracy, row.evaluation.loss].map { $0.map { "\($0)" } ?? "" }
            let costs =
                ["\(row.evaluation.steps)", "\(row.evaluation.seconds)", "\(row.candidate.parameters)", "\(row.candidate.macs)"]
                + (latency.map { ["\($0)"] } ?? [])
            print((["\(row.rank)", CSV.quoted(row.candidate.architecture), row.candidate.hash] + numbers + costs).joined(separator: ","))
        }
    }
}
