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

    @Flag(help: "Print only the Pareto front of score and --cost, or of score and latency with --latency.") var pareto = false

    @OptionGroup var cost: CostOptions

    @Flag(
        help: """
            Print latencies in milliseconds: the run's own, or else measured in libtorch on one thread of this machine (median of several \
            runs).
            """)
    var latency = false

    @Option(help: ArgumentHelp("Batch size of the latency measurement (default: 1).", valueName: "images")) var batch: Int?

    @Option(help: ArgumentHelp("Print candidates of at most this latency only; implies --latency.", valueName: "milliseconds"))
    var maxLatency: Double?

    @Flag(help: "Print CSV.") var csv = false

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        if let top, top < 1 { throw InputRefusal("--top \(top): expected a number from 1 on") }
        if csv, json { throw InputRefusal("--csv and --json exclude each other") }
        try SettingCheck.ifGiven("batch", batch, 1...10_000)
        if let maxLatency { _ = try SettingCheck.positive("max-latency", maxLatency) }
        let measures = latency || maxLatency != nil
        if measures, let cost = cost.cost, cost != .latency {
            throw InputRefusal(
                "--cost \(cost.rawValue): the front of latencies holds no other cost; leave out --cost or the latency options")
        }
        if batch != nil, !measures {
            throw InputRefusal("--batch \(batch!): only the measurement of latency has a batch size; add --latency")
        }
        let run = try Run(path: directory)
        let (rows, source, isMeasuredNow) = try rows(run, measures)
        if json {
            try printJSON(rows, run, source, isMeasuredNow: isMeasuredNow)
        } else if csv {
            printCSV(rows, fit: run.settings.fit, hasLatency: measures)
        } else {
            if let agreement = try agreement(run) { AgreementPrinter(agreement: agreement).printVerdicts() }
            RunPrinter.printRanking(rows, accuracies: try run.accuracies(), fit: run.settings.fit, hasLatency: measures)
        }
    }

    /// The agreement of the run's own ranking; nil for a ranking by another proxy, which it says nothing about.
    private func agreement(_ run: Run) throws -> Agreement? {
        guard proxy == nil || proxy == run.scoring.proxy else { return nil }
        return try run.agreement(cost: cost.cost)
    }

    /// - Returns: the rows to print, how their latencies were measured, and whether this was done now.
    private func rows(_ run: Run, _ measures: Bool) throws -> ([RankedCandidate], source: String?, isMeasuredNow: Bool) {
        // A Pareto front or a latency limit needs all candidates. The best `top` of the result are selected later.
        let wanted = pareto || maxLatency != nil ? nil : top
        var rows = try proxy.map { try run.ranking(by: $0, top: wanted) } ?? run.ranking(top: wanted)
        var (source, isMeasuredNow) = (String?.none, false)
        if measures {
            isMeasuredNow = batch != nil || !rows.allSatisfy { $0.candidate.latency != nil }
            source = try isMeasuredNow ? measure(&rows, run) : run.latencySource()
            rows = rows.filter { $0.candidate.latency! <= maxLatency ?? .infinity }
        }
        if pareto {
            let kind = measures ? .latency : cost.cost ?? run.settings.equalCost
            if kind == .memory, rows.contains(where: { $0.candidate.memory == nil }) {
                let space = try run.space().fitted(to: run.task())
                for index in rows.indices { try rows[index].candidate.addMemory(in: space) }
            }
            guard rows.allSatisfy({ kind.of($0.candidate) != nil }) else {
                throw InputRefusal("--cost latency: \(run.directory.shown) has no latencies of some candidates; --latency measures them")
            }
            rows = Ranking.front(costs: rows.map { kind.of($0.candidate)! }).map { rows[$0] }
        }
        return (Array(rows.prefix(top ?? .max)), source, isMeasuredNow)
    }

    private func measure(_ rows: inout [RankedCandidate], _ run: Run) throws -> String {
        let (space, meter) = (try run.space().fitted(to: run.task()), LatencyMeter(batch: batch ?? 1))
        let (progress, count) = (Progress(silent: json || csv), rows.count)
        let seconds = meter.seconds(try rows.map { try space.resolved($0.candidate) }) { done in
            progress.update("measuring \(done) of \(count) networks", done: Double(done) / Double(count))
        }
        progress.clear()
        for index in rows.indices { rows[index].candidate.latency = 1_000 * seconds[index] }
        return meter.name
    }

    private func printJSON(_ rows: [RankedCandidate], _ run: Run, _ source: String?, isMeasuredNow: Bool) throws {
        var fields: [String: Any] = ["ranking": try Console.object(rows), "accuracies": try run.accuracies()]
        let report = try agreement(run)?.report
        fields["verdict"] = report?.verdict.rawValue as Any? ?? NSNull()
        fields["verdict_at_equal_cost"] = report?.verdictAtEqualCost?.rawValue as Any? ?? NSNull()
        if let source {
            // Latencies of the run may be of another machine.
            let measuredNow: [String: Any] =
                isMeasuredNow
                ? ["batch": batch ?? 1, "threads": 1, "machine": Machine.description, "versions": Machine.versions] : [:]
            fields["latency"] = measuredNow.merging(["source": source]) { $1 }
        }
        try Console.json("rank", fields)
    }

    private func printCSV(_ rows: [RankedCandidate], fit: String?, hasLatency: Bool) {
        let columns = ["hash", "score", "accuracy", "loss", "steps", "seconds", "parameters", "macs", "memory"]
        print((["rank", "architecture"] + (fit.map { [$0] } ?? []) + columns + (hasLatency ? ["latency_ms"] : [])).joined(separator: ","))
        for row in rows {
            let (candidate, evaluation) = (row.candidate, row.evaluation)
            let numbers = [evaluation.score, evaluation.accuracy, evaluation.loss].map { $0.map { "\($0)" } ?? "" }
            let costs =
                ["\(evaluation.steps)", "\(evaluation.seconds)", "\(candidate.parameters)", "\(candidate.macs)"]
                + [candidate.memory.map { "\($0)" } ?? ""] + (hasLatency ? ["\(candidate.latency!)"] : [])
            let names =
                ["\(row.rank)", CSV.quoted(candidate.architecture)] + (fit.map { [candidate.cell(ofSetting: $0)] } ?? []) + [candidate.hash]
            print((names + numbers + costs).joined(separator: ","))
        }
    }
}
