import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import Synchronization
import Tensors

/// The phases of a search: meta-training, scoring, validation. Every result is recorded in the run's database immediately.
struct SearchRun {
    let search: PreparedSearch
    let run: Run
    let clock: RunClock
    let log: RunLog
    /// The time budget; nil for a run bounded by count.
    let budget: Budget?
    let executor: any Executor
    let cancellation: Cancellation
    let onEvent: @Sendable (SearchEvent) -> Void

    private var settings: RunSettings { search.settings }
    private var store: ResultStore { run.store }

    /// Runs all phases, or stops early if cancelled.
    func carryOut() throws {
        if !settings.scoring.isFree {
            executor.prepare(workers: min(settings.workers, search.candidates?.count ?? settings.candidates ?? .max))
        }
        if settings.scoring.needsTeacher {
            try clock.enter(.metaTraining)
            try scoreBeforeTraining()
            guard try makeTeacher() else { return }
        }
        try clock.enter(.scoring)
        try score()
        guard !cancellation.isRequested else { return }
        try clock.enter(.validation)
        try validate()
        guard !cancellation.isRequested else { return }
        try clock.enter(.report)
    }

    private func deadline(for phase: RunPhase) -> Deadline {
        budget?.deadline(for: phase, cancellation: cancellation) ?? .unbounded(cancellation: cancellation)
    }

    // MARK: - Teacher

    /// Writes the teacher's file into the run directory.
    /// - Returns: false if interrupted. A resumed run continues meta-training, as scores on an unfinished teacher would not be comparable.
    private func makeTeacher() throws -> Bool {
        if try store.teacher() != nil { return true }
        let begun = Stopwatch()
        let checkpoint = try checkpoint()
        guard let file = try search.teacher ?? metaTrain(checkpoint) else { return false }
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

    /// The checkpoint of meta-training. If it cannot be read, for example because another version wrote it, meta-training starts again.
    private func checkpoint() throws -> CheckpointFile {
        let path = search.directory.checkpoint
        do {
            return try CheckpointFile(path: path, resumes: true)
        } catch {
            onEvent(.note("\(error.path): \(error.problem); meta-training starts again"))
            try FileManager.default.removeItem(atPath: path)
            return try CheckpointFile(path: path, resumes: true)
        }
    }

    private func metaTrain(_ checkpoint: CheckpointFile) throws -> TeacherFile? {
        let deadline = deadline(for: .metaTraining)
        var configuration = search.teaching
        // In a search, validation measures how useful the teacher is; no time goes to a comparison with training on real data.
        configuration.heldOut = 0
        if settings.metaSteps == nil { configuration.bound = .seconds(checkpoint.seconds + deadline.remaining) }
        onEvent(.stage(.metaTraining(configuration.kind, steps: configuration.steps, batch: configuration.batch), done: 0))
        var failure: (any Error)?
        let scale = settings.proxyScale
        let (task, space) = try (scale?.task(search.task) ?? search.task, scale?.space(search.space, search.task) ?? search.space)
        let outcome = try Teaching(task, space, configuration).run(checkpoint: checkpoint, cancelled: { deadline.isReached }) {
            event in
            guard case .metaStep(let step, _, let seconds) = event else { return }
            onEvent(.metaStep(step, of: settings.metaSteps, until: deadline))
            log.write("meta-step", ["step": step.index, "loss": step.loss ?? .nan, "seconds": seconds])
            do { try store.record(MetaStepRecord(step: step.index, loss: step.loss, seconds: seconds)) } catch {
                failure = failure ?? error
            }
        }
        // Meta-training changes the number of threads.
        Runtime.threads = settings.threads
        if let failure { throw failure }
        return cancellation.isRequested ? nil : outcome.file
    }

    // MARK: - Scores

    /// Gives the first candidates of an aggregate their untrained scores before a teacher is meta-trained, which takes long. A first
    /// ranking then appears within seconds.
    private func scoreBeforeTraining() throws {
        let untrained = settings.scoring.members.filter { if case .untrained = $0 { true } else { false } }
        guard search.teacher == nil, settings.teaching?.kind != .real, let first = untrained.first, try store.candidates().isEmpty else {
            return
        }
        let deadline = deadline(for: .metaTraining)
        let proposer: any Proposer =
            try search.candidates.map { try ListProposer(measured($0, until: deadline)) }
            ?? draw(until: deadline).proposer(settings.strategy ?? .random, cost: settings.equalCost, seed: settings.seedNumber)
        // A proposer that learns knows no scores yet.
        let count = proposer.delay ?? Self.candidatesBeforeTraining
        _ = try SearchLoop(evaluator: executor.evaluator(.aggregate(untrained)), seed: settings.seedNumber, workers: settings.workers)
            .run(proposer, until: deadline, count: min(count, search.candidates?.count ?? settings.candidates ?? count)) { [store] result in
                try store.record(
                    EvaluationRecord(hash: result.candidate.hash, scoring: first.description, seed: result.seed, outcome: result.outcome),
                    of: result.candidate, proposal: result.index)
            }
        let ranking = try run.ranking()
        guard !ranking.isEmpty, !deadline.isCancelled else { return }
        onEvent(.preview(Array(ranking.prefix(Self.previewed)), of: ranking.count))
    }

    private static let candidatesBeforeTraining = 32

    private func score() throws {
        let deadline = deadline(for: .scoring)
        let scoring = settings.scoring.evaluated
        let strategy = settings.strategy ?? .random
        let count = search.candidates?.count ?? settings.candidates
        let trainings = strategy == .halving ? count.map(SuccessiveHalving.trainings) : count
        let keep = keeper(of: trainings, until: deadline)
        /// Results recorded before the run was resumed.
        func earlier(_ scoring: Scoring) throws -> SuccessiveHalving.Earlier {
            let key = scoring.recorded.description
            return try .init(
                evaluated: store.evaluatedHashes(scoring: key), scores: store.scores(scoring: key),
                durations: store.evaluationSeconds(scoring: key))
        }
        try scoreReferences(until: deadline)
        if strategy == .halving {
            let rungs = (0..<SuccessiveHalving.rungs).map { scoring.part(SuccessiveHalving.divisor(ofRung: $0)) }
            let done = try rungs.map { try store.evaluatedHashes(scoring: $0.recorded.description).count }.reduce(0, +)
            onEvent(.stage(.scoring, done: done))
            let proposer = try draw(until: deadline).proposer(.random, cost: settings.equalCost, seed: settings.seedNumber)
            _ = try SuccessiveHalving(
                evaluators: rungs.map(executor.evaluator), seed: settings.seedNumber, workers: settings.workers
            ).run(
                proposer, until: deadline, count: count,
                earlier: { rung in try earlier(rungs[rung]) },
                onResult: { rung, result in try keep(result, rungs[rung].recorded) })
            return
        }
        let known = try earlier(scoring)
        onEvent(.stage(.scoring, done: known.evaluated.count))
        let proposer: any Proposer =
            try search.candidates.map { try ListProposer(measured($0, until: deadline)) }
            ?? draw(until: deadline).proposer(strategy, cost: settings.equalCost, seed: settings.seedNumber)
        _ = try SearchLoop(
            evaluator: executor.evaluator(scoring), seed: settings.seedNumber, workers: settings.workers, members: scoring.members
        ).run(
            proposer, until: deadline, count: count, skipping: known.evaluated,
            known: strategy == .random ? [:] : try store.evaluated(scoring), pastDurations: known.durations
        ) { try keep($0, scoring.recorded) }
    }

    /// Scores the architectures of which accuracies were given, to which the weights of an aggregate are fitted.
    private func scoreReferences(until deadline: Deadline) throws {
        let references = try store.references()
        let done = Set(references.filter(\.isScored).map(\.candidate.hash))
        guard done.count < references.count else { return }
        // Most of the time is for the candidates.
        let share = deadline.time.isFinite ? deadline.remaining / 3 : .infinity
        let deadline = Deadline(at: deadline.clock.now() + share, clock: deadline.clock, cancellation: cancellation)
        let scoring = settings.scoring.evaluated
        _ = try SearchLoop(evaluator: executor.evaluator(scoring), seed: settings.seedNumber, workers: settings.workers).run(
            ListProposer(references.map(\.candidate)), until: deadline, skipping: done
        ) { [store] result in
            let evaluation = result.value
            var scores: [String: Double?] = [scoring.recorded.description: evaluation?.score]
            for other in evaluation?.others ?? [] { scores[other.scoring] = .some(other.score) }
            try store.record(scores: scores, ofReference: result.candidate.hash)
        }
    }

    /// Draws candidates within the limits. Latencies measured before the run was resumed are used again.
    private func draw(until deadline: Deadline) throws -> LimitedDraw {
        var draw = search.draw
        draw.latencies = try latencies(until: deadline)
        return draw
    }

    private func latencies(until deadline: Deadline) throws -> KeptLatencies? {
        guard let latency = search.latency else { return nil }
        return KeptLatencies(latency, known: try store.latencies(), isStopped: { deadline.isReached }) { [store] in
            try store.record(latency: $1, of: $0)
        }
    }

    /// Returns listed candidates with their latencies, if these are measured.
    private func measured(_ candidates: [Candidate], until deadline: Deadline) throws -> [Candidate] {
        guard let latencies = try latencies(until: deadline) else { return candidates }
        return try candidates.map { candidate in
            guard !deadline.isReached else { return candidate }
            var candidate = candidate
            let (space, architecture) = try search.space.resolved(candidate)
            candidate.latency = try latencies.milliseconds(of: architecture, candidate.hash, in: space)
            return candidate
        }
    }

    /// Returns a function that logs, records and reports a result of the run's scoring or of a shortened one.
    private func keeper(of trainings: Int?, until deadline: Deadline) -> @Sendable (CandidateResult<Evaluation>, Scoring) throws -> Void {
        let begun = Stopwatch()
        let isPreviewed = Locked(false)
        return { [run, log, onEvent] result, scoring in
            let candidate = result.candidate
            switch result.outcome {
            case .success(let value):
                log.write(
                    "scored",
                    [
                        "hash": candidate.hash, "proxy": scoring.name, "scoring": scoring.description, "score": value.score,
                        "seconds": value.seconds,
                    ])
            case .failure(let failure):
                log.write(
                    "scoring failed",
                    ["hash": candidate.hash, "proxy": scoring.name, "scoring": scoring.description, "reason": failure.reason])
            }
            try run.store.record(
                EvaluationRecord(hash: candidate.hash, scoring: scoring.description, seed: result.seed, outcome: result.outcome),
                of: candidate, proposal: result.index)
            onEvent(.scored(result, of: trainings, until: deadline))
            guard begun.seconds > Self.previewSeconds, !isPreviewed.withLock({ $0 }), case let scored = try run.scoredCount(), scored > 0
            else { return }
            isPreviewed.withLock { $0 = true }
            onEvent(.preview(try run.ranking(top: Self.previewed), of: scored))
        }
    }

    /// After this many seconds, a long search reports this many of its best candidates.
    private static let (previewSeconds, previewed) = (30.0, 5)

    // MARK: - Validation

    private func validate() throws {
        try ValidationPhase(search.task, run, executor: executor, workers: settings.workers, log: log, onEvent: onEvent)
            .validate(until: deadline(for: .validation))
    }
}
