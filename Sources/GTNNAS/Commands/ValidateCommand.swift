import ArgumentParser
import Basics
import Foundation
import Search

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Trains more candidates of a run on real data, all alike, and prints how far the ranking agrees with them.",
        discussion: """
            The candidates are spread over the ranking, those left out that were trained this way before. Unless told otherwise they are \
            trained as those before were, so that all can be compared. The time is this command's own: the search's budget is not touched.

            --seeds 2 trains each candidate twice, those trained once before again: how far two trainings of the same candidates agree is \
            the noise ceiling, which no proxy can be expected to pass.

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
    var budget: TimeSpan?

    @Option(help: "Candidates at a time (default: as in the run).")
    var workers: Int?

    @OptionGroup var workerOptions: WorkerOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let startedAt = SystemClock().now()
        if let budget, budget.seconds <= 0 { throw InputRefusal("--budget \(budget): nothing can be done in no time; try --budget 10m") }
        var request = ValidationRequest(candidates: candidates)
        (request.seeds, request.epochs, request.images, request.workers) = (seeds, epochs, images, workers)
        try request.check()
        let run = try Run(path: directory, forWriting: true)
        let workplace = try workerOptions.workplace()
        Interruption.watch()
        let reporter = RunReporter(silent: output.quiet || output.json)
        let configuration = try run.validate(request, on: workplace, until: .ofCommand(budget, startedAt: startedAt)) { reporter.show($0) }
        reporter.clear()
        if let configuration { try print(run, configuration) }
        if Interruption.isRequested { throw ExitCode(130) }
        if configuration == nil {
            throw InputRefusal("\(budget.map { "--budget \($0)" } ?? run.directory.shown): too short to train candidates on real data")
        }
    }

    private func print(_ run: Run, _ configuration: ValidationConfiguration) throws {
        let agreement = try run.agreement().map(AgreementPrinter.init)
        if output.json {
            let validated = try run.store.validated().filter {
                $0.validation.epochs == configuration.epochs && $0.validation.images == configuration.images
            }
            try Console.json(
                "validate",
                [
                    "run": run.directory.shown, "validated": try Console.object(validated),
                    "correlation": try agreement?.json() ?? NSNull(),
                ])
            return
        }
        try RunPrinter(run: run).printValidated()
        if let agreement {
            Swift.print()
            agreement.print()
        }
    }
}
