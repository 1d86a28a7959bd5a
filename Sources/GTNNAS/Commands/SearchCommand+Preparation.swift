import Foundation
import GTN
import Networks
import Search
import SearchSpace

// MARK: - Everything is checked before anything is written

extension SearchCommand {
    /// A teacher that was made before.
    private struct GivenTeacher {
        let path: String
        let file: TeacherFile
    }

    /// What ends a search; nil for what it is not bounded by.
    private struct Bounds {
        var budgetSeconds: Double?
        var metaSteps: Int?
        var candidates: Int?
    }

    static let standardValidations = 12

    /// A search by a proxy that costs nothing would go on for as long as its time: this many candidates are as good as all.
    private static let freeCandidates = 1_000

    /// A search that makes a teacher and would never end.
    private static let unbounded = InputRefusal("search needs a bound: --budget 10m, or --meta-steps 200 and --candidates 50")

    private var needsTeacher: Bool { proxy.recorded == .curriculum }

    func prepare() throws -> PreparedSearch {
        try checkNumbers()
        if resume, runPath == nil { throw InputRefusal("--resume needs --run DIRECTORY: which run is to go on?") }
        let earlier = try resume ? OpenedRun(path: runPath!) : nil
        let bounds = try bounds(earlier?.settings)
        var plan = try teaching.configuration(
            bound: bounds.metaSteps.map { .metaSteps($0) } ?? .seconds(bounds.budgetSeconds ?? 0), machine)
        let threads = try machine.threadCount()
        // A resumed run keeps its teacher, too.
        let named = teacher ?? earlier.map { $0.settings.teacher ?? "new" }
        var given = try needsTeacher && named != "new" ? named.map { try openTeacher($0, earlier) } : nil
        if let name = given?.file.recipe.normKind, let kind = NormKind(rawValue: name) { plan.normKind = kind }
        // Cheap checks of the files come before the data set is read.
        let unfitted = try space.space()
        let directory = runPath.map(RunDirectory.init) ?? .standard(space: unfitted.name)
        if !resume { try directory.checkIsFree() }

        var task = try data.task(seed: given?.file.recipe.seed ?? machine.seed)
        let space = try space.space(for: task)
        func criterion(_ recipe: TeacherRecipe) -> ScoreCriterion { self.scoring(recipe.advice, earlier?.settings).criterion }
        if let given { try given.file.check(scores: task, by: criterion(given.file.recipe), path: given.path) }
        if needsTeacher, named == nil, bounds.metaSteps == nil,
            let shipped = ShippedTeacher(for: task, space, like: plan, criterion: criterion)
        {
            given = GivenTeacher(path: shipped.path, file: shipped.file)
            task = LearningTask(task.dataset, seed: shipped.file.recipe.seed)
            let size = shipped.file.imageShape == task.imageShape ? "" : " at \(shipped.file.pixels)"
            note("teacher \(shipped.path), made for this data and space\(size); --teacher new makes another")
        }
        if let given, proxy == .curriculum, given.file.recipe.besideParameters == true {
            note("teacher \(given.path): made to rank together with the number of parameters; --proxy blend ranks so")
        }
        // A space that cannot be had at the teacher's size is refused here, too.
        if let given { _ = try space.fitted(to: given.file.imageShape, classes: task.classes) }
        let scoring = scoring(given?.file.recipe.advice, earlier?.settings)
        if let given, let advice = given.file.recipe.advice, scoring.criterion.judges, !advice.criterion.judges, scoring.replays > 1 {
            note(
                "teacher \(given.path): advises \(advice.criterion.rawValue); \(scoring.criterion.rawValue) on real images, after it was gone through so often, may rank the other way round"
            )
        }
        try check(scoring, given, plan)
        if needsTeacher, given == nil, bounds.budgetSeconds == nil, bounds.metaSteps == nil { throw Self.unbounded }
        let list = try candidatesFile.map(space.candidates(inFile:))
        // A space too large for its strategy is refused before a teacher is made for it.
        _ = try space.proposer(strategy, within: CostLimits(parameters: maxParameters, macs: maxMACs), seed: machine.seed)
        let settings = settings(task, space, plan, given, scoring, bounds, threads: threads, earlier?.settings)
        if let earlier { try settings.checkContinues(earlier.store.settings(), run: directory.shown) }
        _ = try budgetShares(settings)
        return PreparedSearch(
            task: task, space: space, settings: settings, teaching: plan, teacher: given?.file, candidates: list, directory: directory)
    }

    private func note(_ text: String) {
        if !output.quiet { Console.note(text) }
    }

    /// A resumed run keeps its bounds unless it is given others.
    private func bounds(_ earlier: RunSettings?) throws -> Bounds {
        var bounds = Bounds(
            budgetSeconds: budget?.seconds ?? earlier?.budgetSeconds, metaSteps: metaSteps ?? earlier?.metaSteps,
            candidates: candidates ?? earlier?.candidates)
        if bounds.budgetSeconds == nil {
            if needsTeacher, teacher == "new", bounds.metaSteps == nil { throw Self.unbounded }
            if bounds.candidates == nil, candidatesFile == nil {
                throw InputRefusal("search needs a bound: --budget 10m, or --candidates 50")
            }
        }
        if proxy.isFree, bounds.candidates == nil, candidatesFile == nil { bounds.candidates = Self.freeCandidates }
        return bounds
    }

    /// A resumed run that is not given another reads its own copy.
    private func openTeacher(_ path: String, _ earlier: OpenedRun?) throws -> GivenTeacher {
        let copy = teacher == nil ? earlier?.directory.teacher : nil
        return GivenTeacher(
            path: path, file: try TeacherFile(path: copy.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil } ?? path))
    }

    /// How candidates are scored: as the command says; what it does not say, as the run was begun or as the teacher advises.
    private func scoring(_ advice: TeacherRecipe.ScoringAdvice?, _ earlier: RunSettings?) -> TeacherRecipe.ScoringAdvice {
        let begun = earlier.map { TeacherRecipe.ScoringAdvice(replays: $0.replays ?? 1, peakRate: $0.replayRate, criterion: $0.criterion) }
        let standard = begun ?? advice ?? .init(replays: 1, peakRate: nil, criterion: .loss)
        let replays = replays ?? standard.replays
        return .init(
            replays: replays, peakRate: replays == 1 ? nil : replayRate ?? standard.peakRate, criterion: scoreBy ?? standard.criterion)
    }

    private func check(_ scoring: TeacherRecipe.ScoringAdvice, _ given: GivenTeacher?, _ plan: Teaching.Configuration) throws {
        guard scoring.replays > 1 else {
            if let replayRate { throw Self.rateOfOnce(replayRate) }
            return
        }
        if let given { return try given.file.checkReplays(path: given.path) }
        guard plan.initialSchedule.optimizer == .sgd else {
            throw InputRefusal(
                "--replays \(scoring.replays): of --optimizer \(plan.initialSchedule.optimizer.rawValue) no rates for a replay are known; leave one of them out"
            )
        }
    }

    private static func rateOfOnce(_ rate: Double) -> InputRefusal {
        InputRefusal("--replay-rate \(rate): a curriculum gone through once keeps its own rates; add --replays 16")
    }

    private func settings(
        _ task: LearningTask, _ space: SearchSpace, _ plan: Teaching.Configuration, _ given: GivenTeacher?,
        _ scoring: TeacherRecipe.ScoringAdvice,
        _ bounds: Bounds,
        threads: Int, _ earlier: RunSettings?
    ) -> RunSettings {
        let makesTeacher = needsTeacher && given == nil
        // As those of a resumed run were.
        let initializations = initializations ?? earlier?.initializations ?? 1
        return RunSettings(
            data: data.data, datasetHash: task.dataset.hash, seed: "\(machine.seed)", splitSeed: "\(task.seed)",
            spaceHash: space.contentHash,
            spaceSettings: Dictionary(uniqueKeysWithValues: space.settings.map { ($0.name, $0.value) }), proxy: proxy,
            scoreBy: scoring.criterion == .loss ? nil : scoring.criterion, replays: scoring.replays == 1 ? nil : scoring.replays,
            replayRate: scoring.peakRate,
            initializations: initializations == 1 ? nil : initializations, strategy: strategy, maxParameters: maxParameters,
            maxMacs: maxMACs,
            realSteps: proxy.recorded == .realSteps ? realSteps : nil, realSeconds: proxy.recorded == .realSeconds ? realSeconds : nil,
            teacher: given?.path,
            teaching: makesTeacher ? .init(plan) : nil,
            normKind: plan.normKind, candidatesFile: candidatesFile, realTraining: RealTraining.Recipe(),
            budgetSeconds: bounds.budgetSeconds,
            shares: .init(metaTraining: shares.metaTraining, scoring: shares.scoring, validation: shares.validation),
            metaSteps: bounds.metaSteps,
            candidates: bounds.candidates, validate: validate ?? Self.standardValidations, validatesMore: validate == nil ? true : nil,
            epochs: epochs,
            images: images, workers: plan.workers, threads: threads, device: "\(plan.device)")
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
            throw InputRefusal(
                "--initializations \(initializations): --proxy \(proxy.rawValue) does not train on a curriculum; leave it out")
        }
        try OptionCheck.ifGiven("replays", replays, 1...10_000)
        if let replays, !needsTeacher {
            throw InputRefusal("--replays \(replays): --proxy \(proxy.rawValue) does not train on a curriculum; leave it out")
        }
        if let replayRate {
            _ = try OptionCheck.positive("replay-rate", replayRate)
            guard needsTeacher else {
                throw InputRefusal("--replay-rate \(replayRate): --proxy \(proxy.rawValue) does not train on a curriculum; leave it out")
            }
            // A teacher that was made before may advise to go through it several times.
            if replays == 1 || replays == nil && teacher == "new" { throw Self.rateOfOnce(replayRate) }
        }
        if let scoreBy, !proxy.trains {
            throw InputRefusal("--score-by \(scoreBy.rawValue): --proxy \(proxy.rawValue) trains nothing; leave it out")
        }
        _ = try OptionCheck.whole("real-steps", realSteps, 1...1_000_000)
        _ = try OptionCheck.positive("real-seconds", realSeconds)
        try OptionCheck.ifGiven("images", images, 100...100_000_000)
        try OptionCheck.ifGiven("candidates", candidates, 1...10_000_000)
        try OptionCheck.ifGiven("meta-steps", metaSteps, 0...1_000_000_000)
        if maxParameters != nil || maxMACs != nil, candidatesFile != nil {
            throw InputRefusal("--max-parameters, --max-macs: a --candidates-file says itself what is scored; leave one of them out")
        }
        if strategy != .random, candidatesFile != nil {
            throw InputRefusal("--strategy \(strategy.rawValue): a --candidates-file leaves nothing to choose; leave one of them out")
        }
        if strategy == .halving, !proxy.trains {
            throw InputRefusal(
                "--strategy halving: --proxy \(proxy.rawValue) trains nothing that could be cut short; choose curriculum, real-steps, real-seconds or a blend with them"
            )
        }
        if candidates != nil, candidatesFile != nil { throw InputRefusal("--candidates and --candidates-file exclude each other") }
    }
}
