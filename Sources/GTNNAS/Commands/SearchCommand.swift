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

    @Option(help: "Candidates trained on real data, spread over the ranking; 0 for none (default: \(standardValidations), and more where time is left).")
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
        help: "What candidates are scored by: curriculum; real-steps or real-seconds, short training on real images; blend, real-steps-blend or real-seconds-blend, the sum of the ranks by one of these and by parameters; parameters or macs, which cost nothing; or a score of the untrained network, synflow, jacob_cov, nwot, snip, grad_norm, grasp or fisher.")
    var proxy: Proxy = .curriculum

    @Option(help: "Steps of 64 real images, of --proxy real-steps.")
    var realSteps = 100

    @Option(help: "Seconds of training, of --proxy real-seconds.")
    var realSeconds = 2.0

    @Option(
        help: "What of a training the score is: loss or accuracy on real images kept apart; training-loss, over the last pass through the images; or area, the training loss over all steps (default: loss; without this and --replays, as the teacher advises).")
    var scoreBy: ScoreCriterion?

    @Option(help: ArgumentHelp("How often a candidate goes through the curriculum, at a rate that falls to zero (default: once, at the learned rates; without this and --score-by, as the teacher advises).", valueName: "count"))
    var replays: Int?

    @Option(help: "The highest rate of replays (default: the mean of the learned ones).")
    var replayRate: Double?

    @Option(help: ArgumentHelp("Trainings of each candidate on the curriculum, from other initial parameters; their mean counts (default: 1).", valueName: "count"))
    var initializations: Int?

    @Option(
        help: "How candidates are chosen: random; evolution, children of the best; local, neighbors of the best; halving, random ones, of which the better third is trained three times as long, twice over; exhaustive, all there are, in their order.")
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

    private static let standardValidations = 12

    /// A search by a proxy that costs nothing would go on for as long as its time: this many candidates are as good as all.
    private static let freeCandidates = 1_000

    func run() throws {
        let startedAt = SystemClock().now()
        let patience = try patience.seconds()
        let preparation = try prepare()
        let (task, settings) = (preparation.task, preparation.settings)
        Interruption.watch()
        let store = try openStore(preparation)
        let alreadySpent = try store.totalSeconds()
        let clock = RunClock(store, startedAt: startedAt)
        let budget = try makeBudget(settings, store, alreadySpent: alreadySpent, startedAt: startedAt)
        try writeSettings(settings, preparation.directory)
        Runtime.threads = settings.threads
        let reporter = RunReporter(silent: output.quiet || output.json)
        reporter.say("run \(preparation.directory.shown)")
        let log = try RunLog(preparation.directory.log)
        try SearchRun(
            task: task, space: preparation.space, settings: settings, teaching: preparation.plan, givenTeacher: preparation.teacher,
            candidates: preparation.candidates, directory: preparation.directory, store: store, clock: clock,
            log: log, reporter: reporter, budget: budget, processes: WorkerProcesses(for: preparation.directory, patience: patience, log: log)
        ).run()
        reporter.clear()
        try clock.book()
        if Interruption.isRequested {
            Console.note("interrupted; what is done is kept. Go on with: the same command, --run \(preparation.directory.shown) --resume")
            throw ExitCode(130)
        }
        try SearchPrinter(store: store, settings: settings, directory: preparation.directory).print(json: output.json)
        try store.close()
    }
}

// MARK: - Everything is checked before anything is written

extension SearchCommand {
    private struct Preparation {
        let task: LearningTask
        let space: SearchSpace
        let settings: RunSettings
        let plan: Teaching.Plan
        let teacher: TeacherFile?
        let candidates: [Candidate]?
        let directory: RunDirectory
    }

    /// A search that makes a teacher and would never end.
    private static let unbounded = InputRefusal("search needs a bound: --budget 10m, or --meta-steps 200 and --candidates 50")

    private func prepare() throws -> Preparation {
        try checkNumbers()
        if resume, runPath == nil { throw InputRefusal("--resume needs --run DIRECTORY: which run is to go on?") }
        let earlier = try resume ? OpenedRun(path: runPath!) : nil
        // A resumed run keeps its bounds unless it is given others.
        let budgetSeconds = budget?.seconds ?? earlier?.settings.budgetSeconds
        let metaSteps = metaSteps ?? earlier?.settings.metaSteps
        var count = candidates ?? earlier?.settings.candidates
        let needsTeacher = proxy.recorded == .curriculum
        if budgetSeconds == nil {
            if needsTeacher, teacher == "new", metaSteps == nil { throw Self.unbounded }
            if count == nil, candidatesFile == nil { throw InputRefusal("search needs a bound: --budget 10m, or --candidates 50") }
        }
        if proxy.isFree, count == nil, candidatesFile == nil { count = Self.freeCandidates }
        var plan = try teaching.plan(bound: metaSteps.map { .metaSteps($0) } ?? .seconds(budgetSeconds ?? 0), machine)
        let threads = try machine.threadCount()

        // A resumed run keeps its teacher, too.
        let named = teacher ?? earlier.map { $0.settings.teacher ?? "new" }
        var teacherPath = needsTeacher && named != "new" ? named : nil
        // Of which it has a copy.
        let copy = teacher == nil ? earlier.map { $0.directory.teacher } : nil
        let hasCopy = copy.map(FileManager.default.fileExists(atPath:)) ?? false
        var givenTeacher = try teacherPath.map { try TeacherFile(path: hasCopy ? copy! : $0) }
        if let name = givenTeacher?.recipe.normKind, let kind = NormKind(rawValue: name) { plan.normKind = kind }
        // Cheap checks of the files come before the data set is read.
        let unfitted = try space.space()
        let directory = runPath.map(RunDirectory.init) ?? .standard(space: unfitted.name)
        if !resume { try directory.checkIsFree() }
        var task = try data.task(seed: givenTeacher?.recipe.seed ?? machine.seed)
        let space = try space.space(for: task)
        func criterion(_ recipe: TeacherRecipe) -> ScoreCriterion { self.scoring(recipe.advice, earlier?.settings).criterion }
        if let teacherPath, let givenTeacher { try givenTeacher.check(scores: task, by: criterion(givenTeacher.recipe), path: teacherPath) }
        if needsTeacher, named == nil, metaSteps == nil, let shipped = ShippedTeacher(for: task, space, like: plan, criterion: criterion) {
            (teacherPath, givenTeacher) = (shipped.path, shipped.file)
            task = LearningTask(task.dataset, seed: shipped.file.recipe.seed)
            let shape = shipped.file.imageShape
            let size = shape == task.imageShape ? "" : " at \(shape[1]) x \(shape[2]) pixels"
            if !output.quiet { Console.note("teacher \(shipped.path), made for this data and space\(size); --teacher new makes another") }
        }
        if proxy == .curriculum, givenTeacher?.recipe.besideParameters == true, !output.quiet {
            Console.note("teacher \(teacherPath ?? ""): made to rank together with the number of parameters; --proxy blend ranks so")
        }
        // A space that cannot be had at the teacher's size is refused here, too.
        if let givenTeacher { _ = try space.fitted(to: givenTeacher.imageShape, classes: task.classes) }
        let scoring = scoring(givenTeacher?.recipe.advice, earlier?.settings)
        if scoring.replays > 1 {
            if let givenTeacher { try givenTeacher.checkReplays(path: teacherPath ?? "") }
            guard plan.initialSchedule.optimizer == .sgd || givenTeacher != nil else {
                throw InputRefusal("--replays \(scoring.replays): of --optimizer \(plan.initialSchedule.optimizer.rawValue) no rates for a replay are known; leave one of them out")
            }
        }
        let makesTeacher = needsTeacher && givenTeacher == nil
        if makesTeacher, budgetSeconds == nil, metaSteps == nil {
            throw Self.unbounded
        }
        // As those of a resumed run were.
        let initializations = initializations ?? earlier?.settings.initializations ?? 1
        let list = try candidatesFile.map(space.candidates(inFile:))
        // A space too large for its strategy is refused before a teacher is made for it.
        _ = try space.proposer(strategy, within: CostLimits(parameters: maxParameters, macs: maxMACs), seed: machine.seed)

        let settings = RunSettings(
            data: data.data, datasetHash: task.dataset.hash, seed: "\(machine.seed)", splitSeed: "\(task.seed)", spaceHash: space.contentHash,
            spaceSettings: Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) }), proxy: proxy,
            scoreBy: scoring.criterion == .loss ? nil : scoring.criterion, replays: scoring.replays == 1 ? nil : scoring.replays, replayRate: scoring.peakRate, initializations: initializations == 1 ? nil : initializations, strategy: strategy, maxParameters: maxParameters, maxMacs: maxMACs,
            realSteps: proxy.recorded == .realSteps ? realSteps : nil, realSeconds: proxy.recorded == .realSeconds ? realSeconds : nil,
            teacher: teacherPath,
            teaching: makesTeacher
                ? .init(
                    kind: plan.kind, steps: plan.steps, batch: plan.batch, metaTraining: plan.metaTraining,
                    initialSchedule: plan.initialSchedule, typical: plan.typical) : nil,
            normKind: plan.normKind, candidatesFile: candidatesFile, realTraining: RealTraining.Recipe(), budgetSeconds: budgetSeconds,
            shares: .init(metaTraining: shares.metaTraining, scoring: shares.scoring, validation: shares.validation), metaSteps: metaSteps,
            candidates: count, validate: validate ?? Self.standardValidations, validatesMore: validate == nil ? true : nil, epochs: epochs, images: images, workers: plan.workers, threads: threads,
            device: "\(plan.device)")
        if let earlier { try settings.checkContinues(earlier.store.settings(), run: directory.shown) }
        _ = try budgetShares(settings)
        return Preparation(
            task: task, space: space, settings: settings, plan: plan, teacher: givenTeacher, candidates: list, directory: directory)
    }

    /// How candidates are scored: as the command says; where it says nothing of it, as the run was begun or as the teacher advises.
    private func scoring(_ advice: TeacherRecipe.ScoringAdvice?, _ earlier: RunSettings?) -> TeacherRecipe.ScoringAdvice {
        if scoreBy == nil, replays == nil {
            if let earlier { return .init(replays: earlier.replays ?? 1, peakRate: earlier.replayRate, criterion: earlier.criterion) }
            if let advice { return advice }
        }
        return .init(replays: replays ?? 1, peakRate: replayRate, criterion: scoreBy ?? .loss)
    }

    private func checkNumbers() throws {
        if let budget, budget.seconds <= 0 {
            throw InputRefusal("--budget \(budget): nothing can be done in no time; try --budget 10m")
        }
        try OptionCheck.ifGiven("validate", validate, 0...100_000)
        try OptionCheck.ifGiven("epochs", epochs, 1...10_000)
        try OptionCheck.ifGiven("max-parameters", maxParameters, 1...Int.max)
        try OptionCheck.ifGiven("max-macs", maxMACs, 1...Int.max)
        try OptionCheck.ifGiven("initializations", initializations, 1...1_000)
        if let initializations, initializations > 1, proxy.recorded != .curriculum {
            throw InputRefusal("--initializations \(initializations): --proxy \(proxy.rawValue) does not train on a curriculum; leave it out")
        }
        try OptionCheck.ifGiven("replays", replays, 1...10_000)
        if let replayRate {
            _ = try OptionCheck.positive("replay-rate", replayRate)
            if replays ?? 1 == 1 { throw InputRefusal("--replay-rate \(replayRate): a curriculum gone through once keeps its learned rates; add --replays 16") }
        }
        if let replays, proxy.recorded != .curriculum {
            throw InputRefusal("--replays \(replays): --proxy \(proxy.rawValue) does not train on a curriculum; leave it out")
        }
        if let scoreBy, !proxy.trains { throw InputRefusal("--score-by \(scoreBy.rawValue): --proxy \(proxy.rawValue) trains nothing; leave it out") }
        _ = try OptionCheck.whole("real-steps", realSteps, 1...1_000_000)
        _ = try OptionCheck.positive("real-seconds", realSeconds)
        try OptionCheck.ifGiven("images", images, 100...100_000_000)
        try OptionCheck.ifGiven("candidates", candidates, 1...10_000_000)
        try OptionCheck.ifGiven("meta-steps", metaSteps, 0...1_000_000_000)
        if maxParameters != nil || maxMACs != nil, candidatesFile != nil {
            throw InputRefusal("--max-parameters, --max-macs: a --candidates-file says itself what is scored; leave one of them out")
        }
        if strategy != .random, candidatesFile != nil { throw InputRefusal("--strategy \(strategy.rawValue): a --candidates-file leaves nothing to choose; leave one of them out") }
        if strategy == .halving, !proxy.trains {
            throw InputRefusal("--strategy halving: --proxy \(proxy.rawValue) trains nothing that could be cut short; choose curriculum, real-steps, real-seconds or a blend with them")
        }
        if candidates != nil, candidatesFile != nil { throw InputRefusal("--candidates and --candidates-file exclude each other") }
    }

    /// The shares of the parts that this run has.
    private func budgetShares(_ settings: RunSettings) throws -> BudgetShares {
        var result = try BudgetShares(metaTraining: shares.metaTraining, scoring: shares.scoring, validation: shares.validation)
        if settings.teaching == nil { result = try result.without(.metaTraining) }
        if settings.validate == 0 { result = try result.without(.validation) }
        return result
    }

    private func openStore(_ preparation: Preparation) throws -> ResultStore {
        let (directory, settings) = (preparation.directory, preparation.settings)
        if resume {
            let store = try ResultStore.open(at: directory.url)
            for (key, value) in try settings.texts { try store.record(setting: key, value: value) }
            return store
        }
        let record = RunRecord(
            command: CommandLine.arguments.joined(separator: " "), seed: machine.seed, budgetSeconds: settings.budgetSeconds,
            spaceName: preparation.space.name, spaceHash: preparation.space.contentHash,
            spaceText: preparation.space.selfContainedText, dataset: data.data, versions: Machine.versions,
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
