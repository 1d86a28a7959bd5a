import Basics
import Foundation
import GTN
import ResultStore
import SearchSpace
import Tensors

/// A search whose request is resolved and checked; ``run(on:cancellation:clock:startedAt:onEvent:)`` runs it.
public struct PreparedSearch: Sendable {
    let task: LearningTask
    /// The space at the image size of the task.
    let space: SearchSpace
    public let settings: RunSettings
    /// Other architectures of which accuracies are given.
    let references: [Reference]
    /// How a new teacher is made.
    let teaching: Teaching.Configuration
    /// An existing teacher, checked against the task; nil if the run makes a teacher or needs none.
    let teacher: TeacherFile?
    /// The candidates to score; nil if a strategy proposes them.
    let candidates: [Candidate]?
    /// Draws candidates within the limits, before latencies are known.
    let draw: LimitedDraw
    /// How latencies are measured; nil if they are not.
    let latency: (any LatencySource)?
    public let directory: RunDirectory
    let resumes: Bool
    let command: String
    /// Notes for the user to read before the search starts.
    public let notes: [UserMessage]

    /// Runs the search to its end or until it is cancelled; blocks the calling thread.
    ///
    /// Every result is recorded immediately. A request with ``SearchRequest/resumes`` resumes a search that was cancelled or whose process
    /// was interrupted.
    ///
    /// - Parameters:
    ///   - workplace: where candidates are evaluated.
    ///   - cancellation: ends the search from another thread; results so far are kept.
    ///   - clock: the clock that measures the budget.
    ///   - startedAt: time on the clock from which the budget counts; nil for now.
    ///   - onEvent: called with each event, on any thread, never concurrently.
    /// - Returns: the run, open for writing. ``Run/isFinished()`` is false if it was cancelled.
    public func run(
        on workplace: Workplace = .thisProcess, cancellation: Cancellation = Cancellation(), clock: any WallClock = SystemClock(),
        startedAt: Double? = nil, onEvent: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) throws -> Run {
        let startedAt = startedAt ?? clock.now()
        let run = Run(directory: directory, store: try openStore(), settings: settings)
        let alreadySpent = try run.store.totalSeconds()
        let runClock = RunClock(run.store, clock: clock, startedAt: startedAt)
        let budget = try budget(run.store, alreadySpent: alreadySpent, clock, startedAt: startedAt)
        try writeSettings()
        Runtime.start()
        Runtime.threads = settings.threads
        let log = try RunLog(directory.log)
        onEvent(.began(directory))
        let executor = try workplace.executor(for: run, log) { try CandidateWork(task, space, settings, directory) }
        try SearchRun(
            search: self, run: run, clock: runClock, log: log, budget: budget, executor: executor, cancellation: cancellation,
            onEvent: onEvent
        ).carryOut()
        try runClock.book()
        return run
    }

    // MARK: - The run on disk

    private func openStore() throws -> ResultStore {
        if resumes {
            let store = try ResultStore.open(at: directory.url)
            for (key, value) in try settings.texts { try store.record(setting: key, value: value) }
            try store.record(references: references)
            return store
        }
        let record = RunRecord(
            command: command, seed: settings.seedNumber, budgetSeconds: settings.budgetSeconds, spaceName: space.name,
            spaceHash: space.contentHash, spaceText: space.selfContainedText, dataset: settings.data, versions: Machine.versions,
            device: settings.device, machine: Machine.description)
        let store = try ResultStore.create(at: directory.url, run: record, settings: settings.texts)
        try store.record(references: references)
        return store
    }

    private static let lostKey = "lost_seconds"

    /// - Returns: nil for a run bounded by count.
    private func budget(_ store: ResultStore, alreadySpent: Double, _ clock: any WallClock, startedAt: Double) throws -> Budget? {
        guard let seconds = settings.budgetSeconds else { return nil }
        var lost = try store.settings()[Self.lostKey].flatMap(Double.init) ?? 0
        if settings.teaching != nil, try store.teacher() == nil {
            // Meta-training is not finished, so the time left is divided among all phases as if none had been spent.
            lost = alreadySpent
            try store.record(setting: Self.lostKey, value: "\(lost)")
        }
        guard !resumes || seconds - lost > 1 else {
            throw InputError(
                """
                \(directory.shown) has used its budget of \(TimeSpan(seconds: seconds)); resume it with a longer \
                \(setting: "budget-seconds")
                """)
        }
        return try Budget(
            seconds: seconds - lost, shares: settings.phaseShares, alreadySpent: alreadySpent - lost, startedAt: startedAt, clock: clock)
    }

    private func writeSettings() throws {
        var object = try settings.texts.mapValues { try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed) }
        object["versions"] = Machine.versions
        object["machine"] = Machine.description
        let data = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try data.write(to: directory.settings, options: .atomic)
    }
}
