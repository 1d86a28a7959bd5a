import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import Tensors

/// What is asked of a validation after a search: more candidates of the run are trained on real data, all alike.
public struct ValidationRequest: Sendable {
    /// How many more candidates, spread over the ranking, those left out that were trained this way before.
    public var candidates: Int
    /// Trainings of each, with seeds of their own; those trained before catch up.
    public var repetitions = 1
    /// nil: as those before; else as many as the time allows, or 3.
    public var epochs: Int?
    /// Images of one epoch; nil: as those before, else as the run's settings say.
    public var images: Int?
    /// Candidates at a time; nil: as in the run.
    public var workers: Int?

    public init(candidates: Int) { self.candidates = candidates }

    public func check() throws(InputError) {
        try SettingCheck.ifGiven("repetitions", repetitions, 1...100)
        try SettingCheck.ifGiven("candidates", candidates, (repetitions > 1 ? 0 : 1)...100_000)
        try SettingCheck.ifGiven("epochs", epochs, 1...10_000)
        try SettingCheck.ifGiven("images", images, 100...100_000_000)
        try SettingCheck.ifGiven("workers", workers, 1...256)
    }
}

extension Run {
    /// Trains more candidates on real data. The time is this call's own: the search's budget is not touched.
    ///
    /// - Parameters:
    ///   - request: which and how.
    ///   - workplace: where candidates are trained.
    ///   - deadline: when to have ended; what does not fit is left out.
    ///   - onEvent: called with what happens, on whatever thread, never twice at a time.
    /// - Returns: how they were trained; nil when there was no time for it.
    public func validate(
        _ request: ValidationRequest, on workplace: Workplace = .thisProcess, until deadline: Deadline = .unbounded(),
        onEvent: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) throws -> ValidationConfiguration? {
        try request.check()
        try checkIsWritable()
        guard let device = Device(settings.device), device.isAvailable else {
            throw InputError("\(directory.shown) was made on the device \(settings.device), which this machine does not offer")
        }
        let task = try task()
        let log = try RunLog(directory.log)
        Runtime.start()
        Runtime.threads = settings.threads
        let executor = try executor(workplace, task, log)
        return try ValidationPhase(task, self, executor: executor, workers: request.workers ?? settings.workers, log: log, onEvent: onEvent)
            .validate(request, until: deadline)
    }

    func executor(_ workplace: Workplace, _ task: LearningTask, _ log: RunLog) throws -> any Executor {
        try workplace.executor(for: self, log) { try CandidateWork(task, space().fitted(to: task), settings, directory) }
    }
}

extension ValidationPhase {
    fileprivate func validate(_ request: ValidationRequest, until deadline: Deadline) throws -> ValidationConfiguration? {
        let before = try store.validationSettings().first
        let images = min(request.images ?? before?.images ?? run.settings.images, trainingImages)
        var asked = (request.epochs ?? before?.epochs).map { ValidationConfiguration(epochs: $0, images: images) }
        if asked == nil, !deadline.time.isFinite { asked = .init(epochs: Self.epochsWithoutBudget, images: images) }

        let done = try asked.map(hashes(trainedIn:)) ?? []
        let ranking = try run.ranking().map(\.candidate)
        let open = ranking.filter { !done.contains($0.hash) }
        let chosen = Ranking.spread(request.candidates, of: open.count).map { open[$0] }
        let all = chosen + ranking.filter { done.contains($0.hash) }
        // With more repetitions than one, those trained once before may have to catch up.
        guard !chosen.isEmpty || ((request.candidates == 0 || request.repetitions > 1) && !all.isEmpty) else {
            throw InputError(
                """
                \(run.directory.shown): there is no candidate left to train; all \(done.count) scored ones have been, or none is scored
                """)
        }
        var pace: [String: Double] = [:]
        if deadline.time.isFinite {
            onEvent(.stage(.measuringPace, done: 0))
            pace = try pilot(request.repetitions > 1 ? all : chosen, until: deadline)
        }
        guard let configuration = asked ?? configuration(chosen, secondsPerStep: pace, images: images, until: deadline) else { return nil }
        for repetition in 0..<request.repetitions {
            let trained = try Set(
                store.validated().filter {
                    configuration.epochs == $0.validation.epochs && configuration.images == $0.validation.images
                }.map { Training(hash: $0.hash, seed: $0.validation.seed) })
            let missing = (repetition == 0 ? chosen : all).filter {
                !trained.contains(Training(hash: $0.hash, seed: $0.validationSeed(run: seed, repetition: repetition)))
            }
            if missing.isEmpty { continue }
            onEvent(.stage(.validation(candidates: missing.count, configuration, repetition: repetition), done: 0))
            try train(missing, configuration, repetition: repetition, secondsPerStep: pace, until: deadline, of: missing.count)
        }
        return configuration
    }

    private struct Training: Hashable {
        let hash: String
        let seed: UInt64
    }
}
