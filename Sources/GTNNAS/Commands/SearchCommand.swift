import ArgumentParser
import Basics
import Foundation
import GTN
import Search
import SearchSpace

/// The bounds of a search.
struct SearchBoundOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Time for the whole search, as in 90s, 10m or 1h30m; on --resume, time already spent counts.", valueName: "time")
    )
    var budget: TimeSpan?

    @Option(help: ArgumentHelp("Candidates to score, instead of as many as the budget allows.", valueName: "count")) var candidates: Int?

    @Option(help: ArgumentHelp("Meta-steps (updates) of a new teacher, instead of as many as the budget allows.", valueName: "count"))
    var metaSteps: Int?

    @Option(help: ArgumentHelp("Shares of the budget for meta-training, scoring and validation.", valueName: "a,b,c"))
    var shares = BudgetShares.standard
}

/// The maximum latency of a candidate.
struct SearchLatencyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Maximum latency of the exported network, measured once for each candidate: by default in libtorch on one thread of this \
            machine, one image at a time.
            """,
            valueName: "milliseconds"))
    var maxLatency: Double?
}

/// Accuracies of other architectures.
struct KnownAccuracyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Fit the weights of the aggregate to this CSV file with the columns architecture and accuracy: at least 8 other architectures \
            of the space.
            """, valueName: "csv"))
    var accuracies: String?
}

/// The selection of candidates.
struct CandidateOptions: ParsableArguments {
    @Option(help: "How candidates are proposed.") var strategy: Strategy = .random

    @Option(help: ArgumentHelp("Score exactly the architectures in this file, one per line.", valueName: "file"))
    var candidatesFile: String?
}

/// The training of candidates on real data.
struct ValidationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Candidates trained on real data, spread over the ranking; 0 for none (default: \(SearchRequest.standardValidations), and more \
            if time remains).
            """,
            valueName: "count"))
    var validate: Int?

    @Option(
        help: ArgumentHelp(
            "Epochs of each validation (default: as many as the budget allows, at most 10; 3 without a budget).", valueName: "count"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Training images of one epoch: a stratified subset.", valueName: "count"))
    var images = ValidationPhase.standardImages
}

/// The teacher of a search.
struct TeacherOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A teacher file, the name of a shipped teacher, 'new' for meta-training within the budget, or 'real' for real images (default: \
            the shipped teacher for this space and data; if none, real for --proxy aggregate and new for curriculum and blend).
            """,
            valueName: "file|new|real"))
    var teacher: String?

    func source() throws -> SearchRequest.TeacherSource? {
        switch teacher {
        case nil: nil
        case "new": .new
        case "real": .real
        case let name?: .file(try ShippedFiles.path(ofTeacher: name))
        }
    }
}

/// The run directory and how it is used.
struct RunOptions: ParsableArguments {
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Run directory (default: Results/runs/<space>-<date-time>).", valueName: "directory"))
    var path: String?

    @Flag(help: "Resume the run in --run. Omitted scoring options keep the values of the run.") var resume = false
}

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Ranks architectures of a space, and measures how well the ranking agrees with real training.",
        discussion: """
            A search computes several scores of each candidate: costs, scores of the untrained network, and the result of a short \
            training. It combines them in one weighted ranking. Then it validates the ranking: it trains some candidates on real data \
            and prints the rank correlation between scores and accuracies, for the ranking and for baselines such as the number of \
            parameters.

            Every result is saved in the run directory at once. To continue an interrupted search, repeat its command with --run and \
            --resume.

            With --train-best, the top-ranked candidate is then trained to the end, and -o exports it.

            Example:
              gtn-nas search fashion --data fashion-mnist --budget 10m
              gtn-nas search mobile --data folder:photos --budget 20m --max-macs 10M --train-best 10m -o model.onnx
            """)

    @OptionGroup(title: "What to search") var space: SpaceOptions
    @OptionGroup(title: "What to search") var data: DataOptions
    @OptionGroup(title: "Bounds") var bounds: SearchBoundOptions
    @OptionGroup(title: "Limits of a candidate") var limits: LimitOptions
    @OptionGroup(title: "Limits of a candidate") var latency: SearchLatencyOptions
    @OptionGroup(title: "Limits of a candidate") var latencySource: LatencySourceOptions
    @OptionGroup(title: "Limits of a candidate") var fit: FitOptions
    @OptionGroup(title: "Limits of a candidate") var cost: CostOptions
    @OptionGroup(title: "Output") var runDirectory: RunOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Candidates") var candidates: CandidateOptions
    @OptionGroup(title: "Scoring") var scoring: ScoringOptions
    @OptionGroup(title: "Scoring") var accuracies: KnownAccuracyOptions
    @OptionGroup(title: "Scoring") var scale: ProxyScaleOptions
    @OptionGroup(title: "Validation") var validation: ValidationOptions
    @OptionGroup(title: "Model") var model: BestModelOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Machine") var workerOptions: WorkerOptions
    @OptionGroup(title: "Teacher") var teacher: TeacherOptions
    @OptionGroup(title: "Teacher") var teaching: TeachingOptions

    func run() throws {
        let startedAt = SystemClock().now()
        try model.check(limitsMemory: limits.maxMemory != nil)
        let workplace = try workerOptions.workplace()
        let search = try request().prepare()
        let reporter = RunReporter(silent: output.quiet || output.json)
        if !output.quiet { for note in search.notes { Console.note(note.text(naming: CommandLineOption.name)) } }
        Interruption.watch()
        let run = try search.run(on: workplace, cancellation: Interruption.cancellation, startedAt: startedAt) { reporter.show($0) }
        reporter.clear()
        try checkInterruption(run)
        guard model.trainBest != nil else {
            try RunPrinter(run: run).printSearch(json: output.json)
            return try run.store.close()
        }
        if !output.json { try RunPrinter(run: run).printSearch(json: false) }
        do {
            let best = try BestModel(of: run, model, machine, output)
            try checkInterruption(run)
            if output.json { try RunPrinter(run: run).printSearch(json: true, model: best?.fields) } else { best?.print() }
        } catch let failure where !(failure is ExitCode) {
            // The results of the search are not lost with the training.
            if output.json { try RunPrinter(run: run).printSearch(json: true) }
            throw failure
        }
        try run.store.close()
    }

    private func checkInterruption(_ run: Run) throws {
        guard Interruption.isRequested else { return }
        Console.note("interrupted; all results are saved. To continue, repeat the command with --run \(run.directory.shown) --resume")
        throw ExitCode(130)
    }

    private func request() throws -> SearchRequest {
        let budget = try bounds.budget?.checked()
        var request = SearchRequest(try space.space(), data: data.data)
        request.proxySettings = try scale.settings
        request.accuracies = accuracies.accuracies
        request.scoring = try scoring.request()
        request.teacher = try teacher.source()
        request.shippedTeachers = ShippedFiles.teachers
        request.teaching = try teaching.configuration(bound: .metaSteps(0), machine)
        request.strategy = candidates.strategy
        request.limits = limits.computable
        request.limits.latency = latency.maxLatency
        request.fit = fit.fit
        request.int8 = model.int8
        request.cost = cost.cost
        request.latency = try latencySource.source(
            for: request.space, isNeeded: latency.maxLatency != nil || cost.cost == .latency)
        request.budgetSeconds = budget?.seconds
        request.shares = bounds.shares
        (request.metaSteps, request.candidates, request.candidatesFile) = (
            bounds.metaSteps, bounds.candidates, candidates.candidatesFile
        )
        (request.validate, request.epochs, request.images) = (validation.validate, validation.epochs, validation.images)
        request.seed = machine.seed
        (request.workers, request.threads, request.device) = try (machine.workerCount(), machine.threadCount(), machine.chosenDevice())
        (request.directory, request.resumes) = (runDirectory.path, runDirectory.resume)
        request.command = CommandLine.arguments.joined(separator: " ")
        return request
    }
}
