import RankStatistics
import Basics
import Foundation
import GTN
import Networks
import ResultStore
import Search
import SearchSpace
import Synchronization
import Tensors

/// The main job from a checked plan: a teacher, scores, a ranking, trainings on real data. Everything goes into the run's database at once.
struct SearchRun {
    let search: PreparedSearch
    let store: ResultStore
    let clock: RunClock
    let log: RunLog
    let reporter: RunReporter
    /// nil for a run bounded by count.
    let budget: Budget?
    let processes: WorkerProcesses

    private var settings: RunSettings { search.settings }

    func run() throws {
        if !settings.proxy.isFree { processes.start(min(settings.workers, search.candidates?.count ?? settings.candidates ?? .max)) }
        if settings.proxy.recorded == .curriculum {
            try clock.enter(.metaTraining)
            guard try makeTeacher() else { return }
        }
        try clock.enter(.scoring)
        try score()
        guard !Interruption.isRequested else { return }
        try clock.enter(.validation)
        try validate()
        guard !Interruption.isRequested else { return }
        try clock.enter(.report)
    }

    /// - Parameter divisor: of the whole training, only so large a part.
    private func evaluator(divisor: Int = 1) -> any Evaluator {
        switch settings.proxy.recorded {
        case .parameters: CostEvaluator { $0.parameters }
        case .macs: CostEvaluator { $0.macs }
        default: ProcessEvaluator(processes: processes, task: .score(divisor: divisor))
        }
    }

    private func deadline(for phase: BudgetPhase) -> Deadline {
        budget?.deadline(for: phase, cancellation: Interruption.cancellation) ?? .unbounded(cancellation: Interruption.cancellation)
    }

    // MARK: - Teacher

    /// Puts the teacher's file into the run's directory.
    /// - Returns: false when it was interrupted: a teacher half made scores nothing, as its scores could not be compared; a resumed run goes on
    ///   making it.
    private func makeTeacher() throws -> Bool {
        if try store.teacher() != nil { return true }
        let begun = Stopwatch()
        let checkpoint = try CheckpointFile(path: search.directory.checkpoint, resumes: true)
        guard let file = try search.teacher ?? meta(checkpoint) else { return false }
        try file.write(to: search.directory.teacher)
        let recipe = file.recipe
        var metrics: [String: Double] = [:]
        metrics["seconds"] = search.teacher == nil ? checkpoint.seconds + begun.seconds : recipe.elapsedSeconds
        metrics["learner_accuracy"] = recipe.learnerAccuracy
        metrics["real_data_accuracy"] = recipe.realDataAccuracy
        metrics[TeacherRecord.imageHeight] = Double(file.imageShape[1])
        metrics[TeacherRecord.imageWidth] = Double(file.imageShape[2])
        try store.record(
            TeacherRecord(
                kind: recipe.kind.rawValue, steps: recipe.steps, batch: recipe.batch, metaSteps: recipe.metaSteps,
                path: URL(fileURLWithPath: search.directory.teacher).lastPathComponent, metrics: metrics))
        checkpoint.remove()
        log.write("teacher", ["kind": recipe.kind.rawValue, "meta_steps": recipe.metaSteps])
        return true
    }

    private func meta(_ checkpoint: CheckpointFile) throws -> TeacherFile? {
        let deadline = deadline(for: .metaTraining)
        var plan = search.teaching
        // The ranking itself is the teacher's test here; the comparison with real data is the business of `teach`.
        plan.heldOut = 0
        if settings.metaSteps == nil { plan.bound = .seconds(checkpoint.seconds + deadline.remaining) }
        reporter.begin("teaching: \(plan.kind.rawValue), \(plan.steps) steps of \(plan.batch) images")
        var failure: (any Error)?
        let outcome = try Teaching(search.task, search.space, plan).run(
            checkpoint: checkpoint, cancelled: { deadline.isReached || Interruption.isRequested }
        ) { event in
            guard case .metaStep(let step, _, let seconds) = event else { return }
            reporter.taught(step, until: deadline, of: settings.metaSteps)
            log.write("meta-step", ["step": step.index, "loss": step.loss ?? .nan, "seconds": seconds])
            do { try store.record(MetaStepRecord(step: step.index, loss: step.loss, seconds: seconds)) } catch {
                failure = failure ?? error
            }
        }
        // Teaching leaves its own number of threads behind.
        Runtime.threads = settings.threads
        if let failure { throw failure }
        return Interruption.isRequested ? nil : outcome.file
    }

    // MARK: - Scores

    private func score() throws {
        let deadline = deadline(for: .scoring)
        let proxy = settings.proxy.recorded.rawValue
        let strategy = settings.strategy ?? .random
        let count = search.candidates?.count ?? settings.candidates
        let trainings = strategy == .halving ? count.map(SuccessiveHalving.trainings) : count
        let begun = Stopwatch()
        let preview = Once()
        /// Keeps a result under the name of the proxy, or of a shorter training than the proxy's.
        let keep: @Sendable (CandidateResult<Evaluation>, String) throws -> Void = { [store, log, reporter, settings] result, name in
            let candidate = result.candidate
            switch result.outcome {
            case .success(let value):
                log.write("scored", ["hash": candidate.hash, "proxy": name, "score": value.score, "seconds": value.seconds])
            case .failure(let failure): log.write("scoring failed", ["hash": candidate.hash, "proxy": name, "reason": failure.reason])
            }
            try store.record(
                EvaluationRecord(result, proxy: name),
                of: CandidateRecord(
                    hash: candidate.hash, architecture: candidate.architecture, parameters: candidate.parameters, macs: candidate.macs,
                    proposal: result.index))
            reporter.scored(result, until: deadline, of: trainings)
            guard begun.seconds > Self.previewSeconds, !preview.isOver, case let scored = try store.evaluatedCount(proxy: proxy),
                scored > 0, preview.begin()
            else { return }
            reporter.say(Self.preview(try store.ranking(proxy: settings.proxy.rawValue, top: Self.previewed), of: scored))
        }
        /// What an earlier process did under a name.
        func earlier(_ name: String) throws -> SuccessiveHalving.Earlier {
            try .init(
                evaluated: store.evaluatedHashes(proxy: name), scores: store.scores(proxy: name),
                durations: store.evaluationSeconds(proxy: name))
        }
        if strategy == .halving {
            let names = (0..<SuccessiveHalving.rungs).map { settings.proxy.recorded.rungName($0) }
            reporter.begin("scoring candidates", done: try names.map { try store.evaluatedHashes(proxy: $0).count }.reduce(0, +))
            let proposer = try search.space.proposer(.random, within: settings.limits, seed: settings.seedNumber)
            let evaluators = (0..<SuccessiveHalving.rungs).map { evaluator(divisor: SuccessiveHalving.divisor(ofRung: $0)) }
            _ = try SuccessiveHalving(evaluators: evaluators, seed: settings.seedNumber, workers: settings.workers).run(
                proposer, until: deadline, count: count,
                earlier: { rung in try earlier(names[rung]) },
                onResult: { rung, result in try keep(result, names[rung]) })
            return
        }
        let known = try earlier(proxy)
        reporter.begin("scoring candidates", done: known.evaluated.count)
        let proposer: any Proposer =
            try search.candidates.map(ListProposer.init)
            ?? search.space.proposer(strategy, within: settings.limits, seed: settings.seedNumber)
        _ = try SearchLoop(evaluator: evaluator(), seed: settings.seedNumber, workers: settings.workers).run(
            proposer, until: deadline, count: count, skipping: known.evaluated, scores: known.scores, pastDurations: known.durations
        ) { try keep($0, proxy) }
    }

    /// Who watches a long search sees a first ranking within a minute.
    private static let (previewSeconds, previewed) = (30.0, 5)

    private static func preview(_ best: [RankedRecord], of count: Int) -> String {
        "the best of \(count) candidates so far:" + best.map { "\n  \($0.rank)  \(decimal($0.score, 4))  \($0.architecture)" }.joined()
    }

    // MARK: - Real training

    /// What was decided when real training began: a resumed run keeps to it.
    private struct Chosen: Codable {
        var plan: ValidationPhase.Plan
        var hashes: [String]
    }

    private static let chosenKey = "validation_plan"

    private func validate() throws {
        let ranking = try store.ranking(proxy: settings.proxy.rawValue)
        let all = Ranking.spread(settings.validate, of: ranking.count).map { Candidate(ranking[$0]) }
        guard !all.isEmpty else { return }
        let deadline = deadline(for: .validation)
        let phase = ValidationPhase(search.task, settings, processes: processes)
        let earlier = try store.settings()[Self.chosenKey].map { try JSONDecoder().decode(Chosen.self, from: Data($0.utf8)) }
        let byHash = Dictionary(uniqueKeysWithValues: ranking.map { ($0.hash, Candidate($0)) })
        let list = earlier?.hashes.compactMap { byHash[$0] } ?? all
        let done = Set(
            try store.validated().filter { earlier?.plan.epochs == $0.epochs && earlier?.plan.images == $0.images }.map(\.hash))
        let open = list.filter { !done.contains($0.hash) }
        guard !open.isEmpty else {
            if let earlier { try validateMore(phase, earlier.plan, until: deadline) }
            return
        }
        var pace: [String: Double] = [:]
        if deadline.time.isFinite {
            reporter.begin("measuring what real training takes")
            pace = try phase.pilot(open, until: deadline)
        }
        guard let plan = earlier?.plan ?? plan(phase, open, pace, deadline) else {
            if !Interruption.isRequested { reporter.say("no time was left to train candidates on real data; give a longer --budget") }
            return
        }
        let chosen = Chosen(plan: plan, hashes: list.map(\.hash))
        try store.record(setting: Self.chosenKey, value: String(decoding: JSONEncoder().encode(chosen), as: UTF8.self))
        reporter.begin("training \(open.count) candidates on real data: \(plan)")
        try phase.run(open, plan, secondsPerStep: pace, until: deadline, into: store, log: log) { [reporter, count = open.count] result in
            reporter.validated(result, until: deadline, of: count)
        }
        let missing =
            try open.count - store.validations().filter { plan.epochs == $0.epochs && plan.images == $0.images }.count + done.count
        if missing > 0, !Interruption.isRequested {
            reporter.say(
                "time ran out for \(missing) of the \(list.count) candidates to be trained on real data; "
                    + "--resume with a longer --budget trains them")
        }
        if missing == 0 { try validateMore(phase, plan, until: deadline) }
    }

    /// Time that is left when those chosen are trained goes to more of them, spread over the ranking likewise: the more pairs, the narrower the
    /// intervals. Not where the user said how many.
    private func validateMore(_ phase: ValidationPhase, _ plan: ValidationPhase.Plan, until deadline: Deadline) throws {
        guard settings.validatesMore == true, deadline.time.isFinite else { return }
        reporter.begin("training more candidates on real data, as time is left", done: try store.validations().count)
        while !deadline.isReached, !Interruption.isRequested {
            let tried = try Set(store.validations().filter { $0.epochs == plan.epochs && $0.images == plan.images }.map(\.hash))
            let ranking = try store.ranking(proxy: settings.proxy.rawValue).map { Candidate($0) }
            let places = Set(ranking.indices.filter { tried.contains(ranking[$0].hash) })
            // Few at a time: what is left out when time runs out should not be the cheapest of many.
            let next = Ranking.fillingGaps(settings.workers, chosen: places, of: ranking.count).map { ranking[$0] }
            guard !next.isEmpty else { return }
            let pace = try phase.pilot(next, until: deadline)
            let trained = Atomic(0)
            try phase.run(next, plan, secondsPerStep: pace, until: deadline, into: store, log: log) {
                [reporter, count = tried.count + next.count] result in
                trained.add(1, ordering: .relaxed)
                reporter.validated(result, until: deadline, of: count)
            }
            guard trained.load(ordering: .relaxed) == next.count else { return }
        }
    }

    private func plan(
        _ phase: ValidationPhase, _ candidates: [Candidate], _ pace: [String: Double], _ deadline: Deadline
    ) -> ValidationPhase.Plan? {
        let images = min(settings.images, search.task.splits.train.count)
        if let epochs = settings.epochs { return .init(epochs: epochs, images: images) }
        guard deadline.time.isFinite else { return .init(epochs: ValidationPhase.epochsWithoutBudget, images: images) }
        return phase.plan(candidates, secondsPerStep: pace, images: images, until: deadline)
    }
}

/// What is done once, whoever comes first.
private final class Once: Sendable {
    private let done = Atomic(false)

    var isOver: Bool { done.load(ordering: .relaxed) }

    /// Whether the caller is the one who does it.
    func begin() -> Bool { !done.exchange(true, ordering: .relaxed) }
}
