import ArgumentParser
import Basics
import Foundation
import GTN
import Search
import SearchSpace

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "The main job: a teacher, scores, a ranking, and the evidence for it, within a time.",
        discussion: """
            Meta-trains a teacher (unless one is given, or one for this data and space came with the program), trains random \
            architectures for a few steps on its curriculum, ranks them by their loss on real images that the teacher never saw, and \
            trains some of them, spread over the ranking, on real data to tell how far the ranking can be trusted.

            Everything goes into a run directory at once: a search that was interrupted goes on with --run and --resume, and 'rank', \
            'validate' and 'correlate' read it later.

            Examples:
              gtn-nas search SearchSpaces/fashion.space --data fashion-mnist --budget 10m
              gtn-nas search SearchSpaces/fashion.space --data fashion-mnist --meta-steps 200 --candidates 50 --seed 1
            """)

    @OptionGroup var space: SpaceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var scoring: ScoringOptions
    @OptionGroup var teaching: TeachingOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var workerOptions: WorkerOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Time for all of the command, as in 90s, 10m, 1h30m; with --resume still the total.")
    var budget: TimeSpan?

    @Option(
        help: ArgumentHelp(
            """
            A teacher file, or 'new' to meta-train one within the budget (default: the one of Results/teachers that was made for the data \
            and the space, else a new one). One that was made to rank may have images of a size of its own: candidates are scored at that \
            size, and trained on real data at that of --data.
            """,
            valueName: "teacher"))
    var teacher: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Run directory (default: Results/runs/<space>-<date-time>).", valueName: "directory"))
    var runPath: String?

    @Flag(help: "Go on with the run in --run.")
    var resume = false

    @Option(
        help: """
            Candidates trained on real data, spread over the ranking; 0 for none (default: \(SearchRequest.standardValidations), and more \
            where time is left).
            """)
    var validate: Int?

    @Option(help: "Epochs of each (default: as many as the budget allows, at most 10; 3 without a budget).")
    var epochs: Int?

    @Option(help: "Images of one epoch: a stratified subset of the training images.")
    var images = ValidationPhase.standardImages

    @Option(help: ArgumentHelp("Score exactly the architectures in this file, one a line.", valueName: "file"))
    var candidatesFile: String?

    @Option(help: "Candidates to score, instead of as many as the time allows.")
    var candidates: Int?

    @Option(help: "Meta-steps of the teacher, instead of as many as the time allows.")
    var metaSteps: Int?

    @Option(help: ArgumentHelp("Shares of the budget for meta-training, scoring and real training.", valueName: "a,b,c"))
    var shares = BudgetShares.standard

    @Option(
        help: """
            How candidates are chosen: random; evolution, children of the best; local, neighbors of the best; halving, random ones, of \
            which the better third is trained three times as long, twice over; exhaustive, all there are, in their order.
            """)
    var strategy: Strategy = .random

    @Option(help: "Parameters that a proposed candidate may have at most.")
    var maxParameters: Int?

    @Option(name: .customLong("max-macs"), help: "Multiply-accumulates for one image that a proposed candidate may need at most.")
    var maxMACs: Int?

    func run() throws {
        let startedAt = SystemClock().now()
        let workplace = try workerOptions.workplace()
        let search = try request().prepare()
        let reporter = RunReporter(silent: output.quiet || output.json)
        if !output.quiet { for note in search.notes { Console.note(note.text(naming: CommandLineOption.name)) } }
        Interruption.watch()
        let run = try search.run(on: workplace, cancellation: Interruption.cancellation, startedAt: startedAt) { reporter.show($0) }
        reporter.clear()
        if Interruption.isRequested {
            Console.note("interrupted; what is done is kept. Go on with: the same command, --run \(run.directory.shown) --resume")
            throw ExitCode(130)
        }
        try RunPrinter(run: run).printSearch(json: output.json)
        try run.store.close()
    }

    private func request() throws -> SearchRequest {
        if let budget, budget.seconds <= 0 { throw InputRefusal("--budget \(budget): nothing can be done in no time; try --budget 10m") }
        var request = SearchRequest(try space.space(), data: data.data)
        request.scoring = scoring.request
        request.teacher = teacher.map { $0 == "new" ? .new : .file($0) }
        request.shippedTeachers = ShippedTeachers.paths
        request.teaching = try teaching.configuration(bound: .metaSteps(0), machine)
        request.strategy = strategy
        request.limits = CostLimits(parameters: maxParameters, macs: maxMACs)
        request.budgetSeconds = budget?.seconds
        request.shares = shares
        (request.metaSteps, request.candidates, request.candidatesFile) = (metaSteps, candidates, candidatesFile)
        (request.validate, request.epochs, request.images) = (validate, epochs, images)
        request.seed = machine.seed
        (request.workers, request.threads, request.device) = try (machine.workerCount(), machine.threadCount(), machine.chosenDevice())
        (request.directory, request.resumes) = (runPath, resume)
        request.command = CommandLine.arguments.joined(separator: " ")
        return request
    }
}
