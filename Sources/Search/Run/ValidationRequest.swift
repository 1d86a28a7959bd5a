import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import Tensors

/// A request to validate more candidates of a run after the search.
public struct ValidationRequest: Sendable {
    /// Number of further candidates, spread over the ranking; candidates already validated in this configuration do not count.
    public var candidates: Int
    /// Number of trainings per candidate, each with another seed. Candidates validated before get the missing ones.
    public var seeds = 1
    /// Epochs per training. If nil: as in the earlier validations, else as many as the time allows, or 3 without a deadline.
    public var epochs: Int?
    /// Images per epoch. If nil: as in the earlier validations, else as in the run's settings.
    public var images: Int?
    /// Number of candidates trained at the same time; nil for the run's number of workers.
    public var workers: Int?

    public init(candidates: Int) { self.candidates = candidates }

    /// Refuses values out of range.
    public func check() throws(InputError) {
        try SettingCheck.ifGiven("seeds", seeds, 1...100)
        try SettingCheck.ifGiven("candidates", candidates, (seeds > 1 ? 0 : 1)...100_000)
        try SettingCheck.ifGiven("epochs", epochs, 1...10_000)
        try SettingCheck.ifGiven("images", images, 100...100_000_000)
        try SettingCheck.ifGiven("workers", workers, 1...256)
    }
}

extension Run {
    /// Validates more candidates. The search's budget does not count here; `deadline` bounds the time.
    ///
    /// - Parameters:
    ///   - request: number of candidates and configuration.
    ///   - workplace: where candidates are trained.
    ///   - deadline: the time by which to end; candidates that do not fit are skipped.
    ///   - onEvent: called with each event, on any thread, never concurrently.
    /// - Returns: the configuration of the validation; nil if there was no time for any.
    public func validate(
        _ request: ValidationRequest, on workplace: Workplace = .thisProcess, until deadline: Deadline = .unbounded(),
        onEvent: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) throws -> ValidationConfiguration? {
        try request.check()
        try checkIsWritable()
        guard let device = Device(settings.device), device.isAvailable else {
            throw InputError("\(directory.shown) was made on the device \(settings.device), which is not available on this machine")
        }
        let task = try task()
        let log = try RunLog(directory.log)
        Runtime.start()
        Runtime.threads = settings.threads
        let executor = try executor(workplace, task, log)
        return try ValidationPhase(task, self, executor: executor, workers: request.workers ?? settings.workers, log: log, onEvent: onEvent)
            .validate(request, until: deadline)
    }

    /// Computes the untrained scores that candidates lack, and records them. They are free baselines of the agreement.
    /// - Parameters:
    ///   - hashes: the candidates.
    ///   - workplace: where the scores are computed.
    ///   - deadline: the time by which to end.
    ///   - onEvent: called with each event, on any thread, never concurrently.
    public func scoreUntrained(
        _ hashes: Set<String>, on workplace: Workplace = .thisProcess, until deadline: Deadline = .unbounded(),
        onEvent: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) throws {
        try checkIsWritable()
        let task = try task()
        let log = try RunLog(directory.log)
        Runtime.start()
        let executor = try executor(workplace, task, log)
        let candidates = try store.candidates().filter { hashes.contains($0.hash) }
        executor.prepare(workers: min(settings.workers, candidates.count))
        onEvent(.stage(.scoring, done: 0))
        try ValidationPhase(task, self, executor: executor, workers: settings.workers, log: log, onEvent: onEvent)
            .scoreUntrained(candidates, until: deadline) {
                onEvent(.scored($0, of: UntrainedScore.allCases.count * candidates.count, until: deadline))
            }
    }

    func executor(_ workplace: Workplace, _ task: LearningTask, _ log: RunLog) throws -> any Executor {
        try workplace.executor(for: self, log) { try CandidateWork(task, space().fitted(to: task), settings, directory) }
    }
}

extension ValidationPhase {
    fileprivate func validate(_ request: ValidationRequest, until deadline: Deadline) throws -> ValidationConfiguration? {
        let before = try store.validationSettings().first
        let images = min(request.images ?? before?.images ?? run.settings.images, trainingImages)
        var asked = try (request.epochs ?? before?.epochs).map { try run.configuration(epochs: $0, images: images) }
        if asked == nil, !deadline.time.isFinite { asked = try run.configuration(epochs: Self.epochsWithoutBudget, images: images) }

        let done = try asked.map(hashes(trainedIn:)) ?? []
        let ranking = try run.ranking().map(\.candidate)
        let open = ranking.filter { !done.contains($0.hash) }
        let chosen = Ranking.spread(request.candidates, of: open.count).map { open[$0] }
        let all = chosen + ranking.filter { done.contains($0.hash) }
        // With several seeds, candidates validated before may need further trainings.
        guard !chosen.isEmpty || ((request.candidates == 0 || request.seeds > 1) && !all.isEmpty) else {
            throw InputError(
                """
                \(run.directory.shown): no candidate is left to validate; the run has \(ranking.count) scored candidates, \(done.count) of \
                them validated
                """)
        }
        var pace: [String: Double] = [:]
        if deadline.time.isFinite {
            onEvent(.stage(.measuringPace, done: 0))
            pace = try pilot(request.seeds > 1 ? all : chosen, until: deadline)
        }
        guard let configuration = try asked ?? configuration(chosen, secondsPerStep: pace, images: images, until: deadline) else {
            return nil
        }
        for seedIndex in 0..<request.seeds {
            let trained = try Set(
                store.validated().filter {
                    configuration.epochs == $0.validation.epochs && configuration.images == $0.validation.images
                }.map { Training(hash: $0.hash, seed: $0.validation.seed) })
            let missing = (seedIndex == 0 ? chosen : all).filter {
                !trained.contains(Training(hash: $0.hash, seed: $0.validationSeed(run: seed, seedIndex: seedIndex)))
            }
            if missing.isEmpty { continue }
            onEvent(.stage(.validation(candidates: missing.count, configuration, seedIndex: seedIndex), done: 0))
            try train(missing, configuration, seedIndex: seedIndex, secondsPerStep: pace, until: deadline, of: missing.count)
        }
        return configuration
    }

    private struct Training: Hashable {
        let hash: String
        let seed: UInt64
    }
}
