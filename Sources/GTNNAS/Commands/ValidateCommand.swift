import ArgumentParser
import Basics
import Foundation
import Search

/// The candidates to validate, and the length of their training.
struct ValidationChoiceOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The run directory.", valueName: "run")) var directory: String

    @Option(help: ArgumentHelp("How many more candidates to train.", valueName: "count")) var candidates: Int

    @Option(help: ArgumentHelp("Time for the whole command; trainings that do not fit are skipped.", valueName: "time"))
    var budget: TimeSpan?
}

/// The training of the candidates.
struct ValidationTrainingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Trainings of each candidate, with different seeds; candidates validated earlier catch up.", valueName: "count"))
    var seeds = 1

    @Option(
        help: ArgumentHelp(
            "Epochs (default: as in the run's earlier validations; else as many as the budget allows, at most 10; else 3).",
            valueName: "count"))
    var epochs: Int?

    @Option(
        help: ArgumentHelp(
            "Training images of one epoch, a stratified subset (default: as in the run's earlier validations, else 20000).",
            valueName: "count"))
    var images: Int?

    @Option(help: ArgumentHelp("Candidates that train in parallel (default: as in the run).", valueName: "count")) var workers: Int?
}

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Trains more candidates of a run on real data.",
        discussion: """
            The candidates are spread over the ranking. They train exactly like earlier ones, so that all accuracies are comparable. \
            The budget applies to this command only. At the end, the agreement of ranking and accuracies is printed.

            --seeds 2 trains every candidate twice. The rank correlation between the two trainings is the noise ceiling: no proxy can \
            be expected to exceed it.

            Example:
              gtn-nas validate Results/runs/mine --candidates 20 --budget 10m
            """)

    @OptionGroup(title: "What to validate") var choice: ValidationChoiceOptions
    @OptionGroup(title: "Training") var training: ValidationTrainingOptions
    @OptionGroup(title: "Machine") var workerOptions: WorkerOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws {
        let startedAt = SystemClock().now()
        let (directory, budget) = (choice.directory, try choice.budget?.checked())
        var request = ValidationRequest(candidates: choice.candidates)
        (request.seeds, request.epochs) = (training.seeds, training.epochs)
        (request.images, request.workers) = (training.images, training.workers)
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
            throw InputRefusal(
                "\(budget.map { "--budget \($0)" } ?? run.directory.shown): too short to train a candidate; give a longer --budget"
            )
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
