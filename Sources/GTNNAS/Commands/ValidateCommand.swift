import RankStatistics
import Basics
import ArgumentParser
import Foundation
import GTN
import ResultStore
import Search
import SearchSpace
import Tensors

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Trains more candidates of a run on real data, all alike, and prints how far the ranking agrees with them.",
        discussion: """
            The candidates are spread over the ranking, those left out that were trained this way before. Unless told otherwise they are \
            trained as those before were, so that all can be compared. The time is this command's own: the search's budget is not touched.

            --seeds 2 trains each candidate twice, those trained once before again: how far two trainings of the same candidates agree is the \
            noise ceiling, which no proxy can be expected to pass.

            Examples:
              gtn-nas validate Results/runs/mine --candidates 20 --budget 10m
              gtn-nas validate Results/runs/mine --candidates 0 --seeds 2
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"))
    var directory: String

    @Option(help: "How many more candidates to train.")
    var candidates: Int

    @Option(help: "Trainings of each candidate, with seeds of their own; those trained before catch up.")
    var seeds = 1

    @Option(help: "Whole epochs of each (default: as those before; else as many as the budget allows, at most 10; else 3).")
    var epochs: Int?

    @Option(help: "Images of one epoch: a stratified subset of the training images (default: as those before; else 20000).")
    var images: Int?

    @Option(help: "Time for all of the command; what does not fit into it is left out.")
    var budget: Duration?

    @Option(help: "Candidates at a time (default: as in the run).")
    var workers: Int?

    @OptionGroup var patience: PatienceOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let startedAt = SystemClock().now()
        try checkNumbers()
        let run = try OpenedRun(path: directory, forWriting: true)
        let settings = run.settings
        guard let device = Device(settings.device), device.isAvailable else {
            throw InputRefusal("\(run.directory.shown) was made on the device \(settings.device), which this machine does not offer")
        }
        let task = try run.task()
        let log = try RunLog(run.directory.log)
        let phase = ValidationPhase(
            task, settings, workers: workers, processes: WorkerProcesses(for: run.directory, patience: try patience.seconds(), log: log))
        Interruption.watch()
        Runtime.threads = settings.threads
        let reporter = RunReporter(silent: output.quiet || output.json)
        let deadline = Deadline.ofCommand(budget, startedAt: startedAt)
        let plan = try train(run, phase, until: deadline, reporter, log)
        reporter.clear()
        if let plan { try print(run, plan) }
        if Interruption.isRequested { throw ExitCode(130) }
        if plan == nil {
            throw InputRefusal("\(budget.map { "--budget \($0)" } ?? run.directory.shown): too short to train candidates on real data")
        }
    }

    private func checkNumbers() throws {
        _ = try OptionCheck.whole("seeds", seeds, 1...100)
        _ = try OptionCheck.whole("candidates", candidates, (seeds > 1 ? 0 : 1)...100_000)
        try OptionCheck.ifGiven("epochs", epochs, 1...10_000)
        try OptionCheck.ifGiven("images", images, 100...100_000_000)
        try OptionCheck.ifGiven("workers", workers, 1...256)
        if let budget, budget.seconds <= 0 { throw InputRefusal("--budget \(budget): nothing can be done in no time; try --budget 10m") }
    }

    /// - Returns: how the candidates were trained, or nil when there was no time for it.
    private func train(
        _ run: OpenedRun, _ phase: ValidationPhase, until deadline: Deadline, _ reporter: RunReporter, _ log: RunLog
    ) throws -> ValidationPhase.Plan? {
        let before = try run.store.validationSettings().first
        let images = min(images ?? before?.images ?? run.settings.images, phase.trainingImages)
        var plan = (epochs ?? before?.epochs).map { ValidationPhase.Plan(epochs: $0, images: images) }
        if plan == nil, !deadline.time.isFinite { plan = .init(epochs: ValidationPhase.epochsWithoutBudget, images: images) }

        let done = try Set(run.store.validated().filter { plan?.epochs == $0.epochs && plan?.images == $0.images }.map(\.hash))
        let ranking = try run.store.ranking(proxy: run.proxy)
        let open = ranking.filter { !done.contains($0.hash) }
        let chosen = Ranking.spread(candidates, of: open.count).map { Candidate(open[$0]) }
        let all = chosen + ranking.filter { done.contains($0.hash) }.map { Candidate($0) }
        // With more seeds than one, those trained once before may have to catch up.
        guard !chosen.isEmpty || ((candidates == 0 || seeds > 1) && !all.isEmpty) else {
            throw InputRefusal(
                "\(run.directory.shown): there is no candidate left to train; all \(done.count) scored ones have been, or none is scored")
        }
        var pace: [String: Double] = [:]
        if deadline.time.isFinite {
            reporter.begin("measuring what real training takes")
            pace = try phase.pilot(seeds > 1 ? all : chosen, until: deadline)
        }
        guard let plan = plan ?? phase.plan(chosen, secondsPerStep: pace, images: images, until: deadline) else { return nil }
        for repetition in 0..<seeds {
            let trained = try Set(
                run.store.validated().filter { plan.epochs == $0.epochs && plan.images == $0.images }.map {
                    Training(hash: $0.hash, seed: $0.seed)
                })
            let missing = (repetition == 0 ? chosen : all).filter {
                !trained.contains(Training(hash: $0.hash, seed: $0.validationSeed(run: phase.seed, repetition: repetition)))
            }
            if missing.isEmpty { continue }
            reporter.begin(
                "training \(missing.count) candidates on real data\(repetition > 0 ? ", with seed number \(repetition + 1)" : ""): \(plan)")
            try phase.run(missing, plan, repetition: repetition, secondsPerStep: pace, until: deadline, into: run.store, log: log) {
                result in
                reporter.validated(result, until: deadline, of: missing.count)
            }
        }
        return plan
    }

    private struct Training: Hashable {
        let hash: String
        let seed: UInt64
    }

    private func print(_ run: OpenedRun, _ plan: ValidationPhase.Plan) throws {
        let correlation = try Correlation(run.store, proxy: run.proxy)
        if output.json {
            let validated = try run.store.validated().filter { $0.epochs == plan.epochs && $0.images == plan.images }
            try Console.json(
                "validate",
                [
                    "run": run.directory.shown, "validated": try Console.object(validated),
                    "correlation": try correlation?.json() ?? NSNull(),
                ])
            return
        }
        try run.tables.printValidated()
        if let correlation {
            Swift.print()
            correlation.print()
        }
    }
}
