import ArgumentParser
import Basics
import Foundation
import RankStatistics
import Search
import SearchSpace

/// The accuracies to compare a run's scores with.
struct CorrelateSourceOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            """
            The run directory, or a CSV file. The file has the columns architecture, score and accuracy. It may also have parameters, \
            macs, memory, latency_ms, and zero-cost proxies such as synflow.
            """, valueName: "run|csv"))
    var directory: String

    @Option(help: ArgumentHelp("A CSV file with the columns architecture and accuracy (fractions or percent).", valueName: "csv"))
    var truth: String?

    @Option(help: ArgumentHelp("The accuracy column of --truth or of the CSV file (default: accuracy).", valueName: "name"))
    var truthColumn: String?

    @Option(
        help: ArgumentHelp(
            """
            Fit the weights of the aggregate to the accuracies in this CSV file instead of the run's own. The run must have scored \
            its architectures; they are excluded from the comparison.
            """, valueName: "csv"))
    var accuracies: String?

    @Flag(help: "First compute the zero-cost proxies of the compared candidates. A search has done so for those that it validated.")
    var baselines = false

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

            Two verdicts: over all sizes by Spearman's ρ, and under a limit by the partial ρ given the cost. The lead over a baseline \
            is the difference in ρ. Intervals are 95 % bootstrap intervals.
              trusted    the intervals of ρ and of the lead over every baseline are above zero
              weak       the interval of ρ is above zero, but that of the lead over a baseline is not
              worthless  the interval of ρ is not above zero, or fewer than \(Verdict.minimumPairs) candidates
            If the search had a limit, --strict uses the verdict under a limit.

            From \(FittedBlend.minimumPairs) candidates on, 'fitted-blend' weights the ranks by proxy and by parameters (ridge regression, \
            cross-validated).

            --speedup also scores the same candidates by short trainings on real images, each twice as long as the last, until one ranks \
            as well as the proxy. The speed-up is the time of that training divided by the proxy's time.

            Example:
              gtn-nas correlate Results/runs/mine --truth accuracies.csv
            """)

    @OptionGroup(title: "What to compare") var sources: CorrelateSourceOptions
    @OptionGroup(title: "At equal cost") var cost: CostOptions
    @OptionGroup(title: "At equal cost") var latencySource: LatencySourceOptions
    @OptionGroup(title: "Speed-up") var speed: SpeedUpOptions
    @OptionGroup(title: "Machine") var workerOptions: WorkerOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let (speedup, budget) = (speed.speedup, speed.budget)
        try SettingCheck.ifGiven("longest", speed.longest, RealStepsLadder.shortest...1_000_000)
        if let budget, !speedup { throw InputRefusal("--budget \(budget): only --speedup has a budget; add it, or leave out --budget") }
        var isDirectory: ObjCBool = true
        if FileManager.default.fileExists(atPath: sources.directory, isDirectory: &isDirectory), !isDirectory.boolValue {
            return try correlateTable()
        }
        guard sources.accuracies == nil || sources.truth != nil else {
            throw InputRefusal("--accuracies \(sources.accuracies!): needs a table to compare with; add --truth CSV")
        }
        guard sources.truthColumn == nil || sources.truth != nil else {
            throw InputRefusal("--truth-column \(sources.truthColumn!): names a column of a table; add --truth, or leave it out")
        }
        if latencySource.isGiven, cost.cost != .latency {
            throw InputRefusal("latencies are compared only at equal latency; add --cost latency, or leave out where latencies come from")
        }
        let startedAt = SystemClock().now()
        let table = try truth()
        if cost.cost == .latency { try measureLatencies(table) }
        let run = try Run(path: sources.directory, forWriting: speedup || sources.baselines)
        if sources.baselines { try computeBaselines(run, table, startedAt: startedAt) }
        var agreement = try agreement(run, table)
        if speedup {
            try measure(run, agreement, startedAt: startedAt)
            agreement = try self.agreement(run, table)
        }
        try show(agreement)
        if Interruption.isRequested { throw ExitCode(130) }
        let verdict = run.settings.limits.isEmpty ? agreement.report.verdict : agreement.report.verdictAtEqualCost
        if sources.strict, verdict != .trusted { throw ExitCode(3) }
    }

    private func show(_ agreement: Agreement) throws {
        let printer = AgreementPrinter(agreement: agreement)
        guard output.json else {
            printer.print()
            return BeliefPrinter.print(agreement.beliefs)
        }
        var fields: [String: Any] = ["correlation": try printer.json(), "beliefs": BeliefPrinter.json(agreement.beliefs)]
        if sources.truth != nil { fields["every_row"] = try agreement.everyRow.map(Console.object) ?? NSNull() }
        try Console.json("correlate", fields)
    }

    /// Reports on scores of any origin.
    private func correlateTable() throws {
        let given = [
            ("--truth", sources.truth != nil), ("--accuracies", sources.accuracies != nil), ("--speedup", speed.speedup),
            ("--baselines", sources.baselines),
            ("--latency-table and --latency-command", latencySource.isGiven),
        ].first(where: \.1)
        if let given { throw InputRefusal("\(given.0): only for a run, not for a table; leave it out, or name a run directory") }
        let column = sources.truthColumn ?? AccuracyTable.standardColumn
        let agreement = Agreement(try ScoreTable(path: sources.directory, column: column), cost: cost.cost)
        try show(agreement)
        if sources.strict, agreement.report.verdict != .trusted { throw ExitCode(3) }
    }

    private func agreement(_ run: Run, _ table: AccuracyTable?) throws -> Agreement {
        if let table {
            guard let found = try run.agreement(with: table, cost: cost.cost, fittedTo: known(run)) else {
                throw InputRefusal(
                    "\(table.path): fewer than two of its architectures have a score in \(run.directory.shown); score them with "
                        + "'gtn-nas search … --candidates-file'")
            }
            return found
        }
        guard let found = try run.agreement(cost: cost.cost) else {
            throw InputRefusal(
                "\(run.directory.shown): fewer than two validated candidates; run "
                    + "'gtn-nas validate \(run.directory.shown) --candidates 12', or give accuracies with --truth")
        }
        return found
    }

    /// The accuracies of `--accuracies`.
    private func known(_ run: Run) throws -> AccuracyTable? {
        guard let path = sources.accuracies else { return nil }
        guard run.scoring.proxy == .aggregate else {
            throw InputRefusal("--accuracies \(path): only a run by --proxy aggregate learns from accuracies; leave it out")
        }
        let table = try AccuracyTable(path: path, space: space(run), fit: run.settings.fit)
        let scored = try run.ranking().count { table.accuracies[$0.candidate.hash] != nil }
        guard scored >= Run.fewestAccuracies else {
            throw InputRefusal(
                """
                \(path): \(scored) of its architectures have a score in \(run.directory.shown); at least \(Run.fewestAccuracies) are \
                needed
                """
            )
        }
        return table
    }

    /// The space of the architectures in a table. Fitted networks exist at the image size only.
    private func space(_ run: Run) throws -> SearchSpace {
        try run.settings.fit == nil ? run.space() : run.space().fitted(to: run.task())
    }

    /// The accuracies of `--truth`.
    private func truth() throws -> AccuracyTable? {
        try sources.truth.map {
            let run = try Run(path: sources.directory)
            return try AccuracyTable(
                path: $0, column: sources.truthColumn ?? AccuracyTable.standardColumn, space: space(run), fit: run.settings.fit)
        }
    }

    /// The hashes of the candidates with real accuracies.
    private func compared(_ run: Run, _ table: AccuracyTable?) throws -> Set<String> {
        try Set((table?.accuracies ?? run.accuracies()).keys)
    }

    /// Measures the latencies of the compared candidates that have none.
    private func measureLatencies(_ table: AccuracyTable?) throws {
        let reading = try Run(path: sources.directory)
        let hashes = try compared(reading, table)
        guard try !reading.candidatesWithoutLatency(among: hashes).isEmpty else { return }
        let source = try latencySource.source(for: reading.space(), isNeeded: true)!
        let run = try Run(path: sources.directory, forWriting: true)
        try run.measureLatencies(of: hashes, by: source)
        try run.store.close()
    }

    private func computeBaselines(_ run: Run, _ table: AccuracyTable?, startedAt: Double) throws {
        Interruption.watch()
        let reporter = RunReporter(silent: output.quiet || output.json)
        try run.scoreUntrained(
            compared(run, table), on: workerOptions.workplace(), until: .ofCommand(speed.budget, startedAt: startedAt)
        ) { reporter.show($0) }
        reporter.clear()
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
