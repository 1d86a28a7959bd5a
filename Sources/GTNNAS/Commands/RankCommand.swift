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
        abstract: "Prints the ranking of a run, also while its search is under way.",
        discussion: """
            Examples:
              gtn-nas rank Results/runs/mine --top 50 --csv > ranking.csv
              gtn-nas rank Results/runs/mine --latency --pareto
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(help: "How many of the best (default: all).")
    var top: Int?

    @Option(help: "Rank by another proxy that the run has scores of, as blend or nwot (default: the run's own).")
    var proxy: Proxy?

    @Flag(help: "Only those that none beats in both score and parameters, or latency where it is measured.")
    var pareto = false

    @Flag(
        help: """
            Measure what each exported network takes on one thread of this machine, by libtorch: the median of several passes, in \
            milliseconds.
            """)
    var latency = false

    @Option(help: "Images of one pass whose latency is measured (default: 1).")
    var batch: Int?

    @Option(help: ArgumentHelp("Only those with at most this latency.", valueName: "milliseconds"))
    var maxLatency: Double?

    @Flag(help: "Print comma-separated values.")
    var csv = false

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    /// A line of the ranking, and its latency in milliseconds where that is measured.
    private typealias Row = (record: RankedCandidate, latency: Double?)

    func run() throws {
        if let top, top < 1 { throw InputRefusal("--top \(top): expected a number from 1 on") }
        if csv, json { throw InputRefusal("--csv and --json exclude each other") }
        try SettingCheck.ifGiven("batch", batch, 1...10_000)
        if let maxLatency { _ = try SettingCheck.positive("max-latency", maxLatency) }
        let measures = latency || maxLatency != nil
        if batch != nil, !measures { throw InputRefusal("--batch \(batch!): says what is measured by --latency; add that") }
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
        // Where all are asked, the best of them are taken afterwards.
        let wanted = pareto || maxLatency != nil ? nil : top
        let all = try proxy.map { try run.ranking(by: $0, top: wanted) } ?? run.ranking(top: wanted)
        var rows: [Row] = all.map { ($0, nil) }
        if measures {
            let meter = try LatencyMeter(space: run.space().fitted(to: run.task()), normKind: run.settings.normKind, batch: batch ?? 1)
            let progress = Progress(silent: json || csv)
            let seconds = try meter.seconds(all.map(\.candidate.architecture)) { done in
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
