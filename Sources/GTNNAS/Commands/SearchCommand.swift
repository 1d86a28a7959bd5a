import Basics
import ArgumentParser
import Foundation
import GTN
import Networks
import ResultStore
import Search
import SearchSpace
import Tensors

extension ScoreCriterion: ExpressibleByArgument {}

struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "The main job: a teacher, scores, a ranking, and the evidence for it, within a time.",
        discussion: """
            Meta-trains a teacher (unless one is given, or one for this data and space came with the program), trains random architectures for a few steps on its curriculum, ranks them by their \
            loss on real images that the teacher never saw, and trains some of them, spread over the ranking, on real data to tell how far \
            the ranking can be trusted.

            Everything goes into a run directory at once: a search that was interrupted goes on with --run and --resume, and 'rank', \
            'validate' and 'correlate' read it later.

            Examples:
              gtn-nas search SearchSpaces/fashion.space --data fashion-mnist --budget 10m
              gtn-nas search SearchSpaces/fashion.space --data fashion-mnist --meta-steps 200 --candidates 50 --seed 1
            """)

    @OptionGroup var space: SpaceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var teaching: TeachingOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var patience: PatienceOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "Time for all of the command, as in 90s, 10m, 1h30m; with --resume still the total.")
    var budget: Duration?

    @Option(
        help: ArgumentHelp(
            "A teacher file, or 'new' to meta-train one within the budget (default: the one of Results/teachers that was made for the data and the space, else a new one). One that was made to rank may have images of a size of its own: candidates are scored at that size, and trained on real data at that of --data.",
            valueName: "teacher"))
    var teacher: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Run directory (default: Results/runs/<space>-<date-time>).", valueName: "directory"))
    var runPath: String?

    @Flag(help: "Go on with the run in --run.")
    var resume = false

    @Option(
        help:
            "Candidates trained on real data, spread over the ranking; 0 for none (default: \(standardValidations), and more where time is left)."
    )
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
    var shares = Shares.standard

    @Option(
        help:
            "What candidates are scored by: curriculum; real-steps or real-seconds, short training on real images; blend, real-steps-blend or real-seconds-blend, the sum of the ranks by one of these and by parameters; parameters or macs, which cost nothing; or a score of the untrained network, synflow, jacob_cov, nwot, snip, grad_norm, grasp or fisher."
    )
    var proxy: Proxy = .curriculum

    @Option(help: "Steps of 64 real images, of --proxy real-steps.")
    var realSteps = 100

    @Option(help: "Seconds of training, of --proxy real-seconds.")
    var realSeconds = 2.0

    @Option(
        help:
            "What of a training the score is: loss or accuracy on real images kept apart; training-loss, over the last pass through the images; or area, the training loss over all steps (default: as the run was begun, else as the teacher advises, else loss)."
    )
    var scoreBy: ScoreCriterion?

    @Option(
        help: ArgumentHelp(
            "How often a candidate goes through the curriculum, at a rate that falls to zero (default: as the run was begun, else as the teacher advises, else once, at its own rates).",
            valueName: "count"))
    var replays: Int?

    @Option(
        help: "The highest rate of replays (default: as the run was begun, else as the teacher advises, else the mean of its own ones).")
    var replayRate: Double?

    @Option(
        help: ArgumentHelp(
            "Trainings of each candidate on the curriculum, from other initial parameters; their mean counts (default: 1).",
            valueName: "count"))
    var initializations: Int?

    @Option(
        help:
            "How candidates are chosen: random; evolution, children of the best; local, neighbors of the best; halving, random ones, of which the better third is trained three times as long, twice over; exhaustive, all there are, in their order."
    )
    var strategy: Strategy = .random

    @Option(help: "Parameters that a proposed candidate may have at most.")
    var maxParameters: Int?

    @Option(name: .customLong("max-macs"), help: "Multiply-accumulates for one image that a proposed candidate may need at most.")
    var maxMACs: Int?

    /// A budget's division as users write it: `0.45,0.15,0.40`.
    struct Shares: ExpressibleByArgument, CustomStringConvertible {
        /// The one place that sets them: about half for a teacher worth having, little for scores, which are cheap, and the rest to train a
        /// dozen candidates long enough to tell them apart. What a phase leaves unused goes to the next.
        static let standard = Shares(metaTraining: 0.45, scoring: 0.15, validation: 0.40)

        let metaTraining: Double
        let scoring: Double
        let validation: Double

        init(metaTraining: Double, scoring: Double, validation: Double) {
            (self.metaTraining, self.scoring, self.validation) = (metaTraining, scoring, validation)
        }

        init?(argument: String) {
            let parts = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
            guard parts.count == 3 else { return nil }
            self.init(metaTraining: parts[0], scoring: parts[1], validation: parts[2])
        }

        var description: String { "\(metaTraining),\(scoring),\(validation)" }
    }

    func run() throws {
        let startedAt = SystemClock().now()
        let patience = try patience.seconds()
        let search = try prepare()
        let settings = search.settings
        Interruption.watch()
        let store = try openStore(search)
        let alreadySpent = try store.totalSeconds()
        let clock = RunClock(store, startedAt: startedAt)
        let budget = try makeBudget(settings, store, alreadySpent: alreadySpent, startedAt: startedAt)
        try writeSettings(settings, search.directory)
        Runtime.threads = settings.threads
        let reporter = RunReporter(silent: output.quiet || output.json)
        reporter.say("run \(search.directory.shown)")
        let log = try RunLog(search.directory.log)
        try SearchRun(
            search: search, store: store, clock: clock, log: log, reporter: reporter, budget: budget,
            processes: WorkerProcesses(for: search.directory, patience: patience, log: log)
        ).run()
        reporter.clear()
        try clock.book()
        if Interruption.isRequested {
            Console.note("interrupted; what is done is kept. Go on with: the same command, --run \(search.directory.shown) --resume")
            throw ExitCode(130)
        }
        try SearchPrinter(store: store, settings: settings, directory: search.directory).print(json: output.json)
        try store.close()
    }
}

// MARK: - The run on disk

extension SearchCommand {
    /// The shares of the parts that this run has.
    func budgetShares(_ settings: RunSettings) throws -> BudgetShares {
        var result = try BudgetShares(metaTraining: shares.metaTraining, scoring: shares.scoring, validation: shares.validation)
        if settings.teaching == nil { result = try result.without(.metaTraining) }
        if settings.validate == 0 { result = try result.without(.validation) }
        return result
    }

    private func openStore(_ search: PreparedSearch) throws -> ResultStore {
        let (directory, settings) = (search.directory, search.settings)
        if resume {
            let store = try ResultStore.open(at: directory.url)
            for (key, value) in try settings.texts { try store.record(setting: key, value: value) }
            return store
        }
        let record = RunRecord(
            command: CommandLine.arguments.joined(separator: " "), seed: machine.seed, budgetSeconds: settings.budgetSeconds,
            spaceName: search.space.name, spaceHash: search.space.contentHash,
            spaceText: search.space.selfContainedText, dataset: data.data, versions: Machine.versions,
            device: settings.device, machine: Machine.description)
        return try ResultStore.create(at: directory.url, run: record, settings: settings.texts)
    }

    private static let lostKey = "lost_seconds"

    /// - Returns: nil for a run bounded by count.
    private func makeBudget(_ settings: RunSettings, _ store: ResultStore, alreadySpent: Double, startedAt: Double) throws -> Budget? {
        guard let seconds = settings.budgetSeconds else { return nil }
        var lost = try store.settings()[Self.lostKey].flatMap(Double.init) ?? 0
        if settings.teaching != nil, try store.teacher() == nil {
            // Meta-training begins anew: what is left is shared out as if nothing had been spent.
            lost = alreadySpent
            try store.record(setting: Self.lostKey, value: "\(lost)")
        }
        guard !resume || seconds - lost > 1 else {
            let run = RunDirectory(path: store.directory.path).shown
            throw InputRefusal("\(run) has spent its budget of \(Duration(seconds: seconds)); give a longer one with --budget")
        }
        return try Budget(
            seconds: seconds - lost, shares: budgetShares(settings), alreadySpent: alreadySpent - lost, startedAt: startedAt)
    }

    private func writeSettings(_ settings: RunSettings, _ directory: RunDirectory) throws {
        var object = try settings.texts.mapValues { try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
        object["versions"] = Machine.versions
        object["machine"] = Machine.description
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try data.write(to: directory.settings, options: .atomic)
    }
}
