import Basics
import Datasets
import Foundation
import GTN
import RankStatistics
import ResultStore
import SearchSpace

/// A run that exists: its directory, its database, and its settings. All that is known of a search comes from here, during it and
/// afterwards.
public struct Run: Sendable {
    public let directory: RunDirectory
    public let store: ResultStore
    public let settings: RunSettings

    /// - Parameters:
    ///   - path: the directory.
    ///   - forWriting: otherwise it can be read even while a search writes to it.
    /// - Throws: an `InputMistake` where the directory holds no run that this version can read.
    public init(path: String, forWriting: Bool = false) throws {
        let directory = RunDirectory(path: path)
        let store = forWriting ? try ResultStore.open(at: directory.url) : try ResultStore.openForReading(at: directory.url)
        do {
            self.init(directory: directory, store: store, settings: try RunSettings(texts: try store.settings()))
        } catch let error as DecodingError {
            throw InputError("\(directory.shown): its settings cannot be read (\("\(error)")); was it made by another version?")
        }
    }

    init(directory: RunDirectory, store: ResultStore, settings: RunSettings) {
        self.directory = directory
        self.store = store
        self.settings = settings
    }

    public var scoring: Scoring { settings.scoring }

    /// The space at the file's own image size and the run's settings.
    public func space() throws -> SearchSpace {
        let run = try store.run()
        return try SearchSpace.parse(run.spaceText, file: "\(run.spaceName) (kept in \(directory.shown))")
            .with(settings: settings.spaceSettings.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") })
    }

    /// The run's data set, split as it was.
    public func task() throws -> LearningTask {
        let dataset = try Dataset.load(DatasetSpecification(parsing: settings.data))
        guard dataset.hash == settings.datasetHash else {
            throw InputError(
                "\(settings.data): its content has changed since \(directory.shown) was begun; restore it to go on with this run")
        }
        return LearningTask(dataset, seed: settings.splitSeedNumber)
    }
}

// MARK: - The ranking

extension Run {
    /// The ranking, the best first: by score, ties by hash, ascending.
    /// - Parameter top: how many of the best; nil for all.
    public func ranking(top: Int? = nil) throws -> [RankedCandidate] { try store.ranking(scoring, top: top) }

    /// The ranking under another scoring that the run has evaluations of: a blend's training, a training's blend, an untrained score.
    /// - Throws: `InputError` where it has none.
    public func ranking(by proxy: Proxy, top: Int? = nil) throws -> [RankedCandidate] {
        let recorded = try store.scorings().compactMap(Scoring.init)
        // Of scorings with one name, the run's own comes first, then its relative.
        let known = [scoring] + (scoring.relative.map { [$0] } ?? []) + recorded
        guard let found = known.first(where: { $0.proxy == proxy }) else {
            let names = Set(known.map(\.name)).sorted().alternatives()
            throw InputError("\(setting: "proxy") \(proxy.rawValue): \(directory.shown) knows its candidates by \(names)")
        }
        return try store.ranking(found, top: top)
    }

    /// How many candidates have a score.
    public func scoredCount() throws -> Int { try store.evaluatedCount(scoring: scoring.recorded.description) }

    /// The candidates trained on real data in the setting that most were trained in, the highest accuracy first.
    public func validated() throws -> [ValidatedCandidate] {
        guard let setting = try store.validationSettings().first else { return [] }
        return try store.validated().filter { $0.validation.epochs == setting.epochs && $0.validation.images == setting.images }
    }

    /// Their accuracies by hash, as fractions of 1: the mean where one was trained several times.
    public func accuracies() throws -> [String: Double] {
        guard let setting = try store.validationSettings().first else { return [:] }
        return try store.accuracies(epochs: setting.epochs, images: setting.images)
    }

    /// Whether a search came to its end; false where it was cancelled, or is under way.
    public func isFinished() throws -> Bool { try phase() == .report }

    /// Refuses work whose results could not be recorded, before it is done.
    func checkIsWritable() throws(InputError) {
        guard store.isWritable else {
            throw InputError("\(directory.shown): the run was opened for reading only; open it for writing")
        }
    }

    /// The phase that the run is in, or was in when it stopped; nil for runs from before it was kept.
    public func phase() throws -> RunPhase? { try RunClock.phase(of: store) }
}

extension ResultStore {
    /// The ranking under a scoring, derived where it is a rank sum.
    func ranking(_ scoring: Scoring, top: Int? = nil) throws -> [RankedCandidate] {
        guard case .rankSum(let members) = scoring else { return try ranking(scoring: scoring.description, top: top) }
        let first = try ranking(members[0])
        let others = try members.dropFirst().map { try self.scores($0, of: first.map(\.candidate)) }
        // A candidate that a member has not scored has no sum.
        let kept = first.indices.filter { row in others.allSatisfy { $0[row] != nil } }
        let rows = kept.map { first[$0] }
        let scores = [rows.map(\.evaluation.score)] + others.map { member in kept.map { member[$0]! } }
        guard !rows.isEmpty, let sums = RankSum.of(scores) else { return [] }
        let order = Ranking.order(scores: sums, hashes: rows.map(\.candidate.hash))
        return order.prefix(top ?? .max).enumerated().map { place, index in
            var row = rows[index]
            row.rank = place + 1
            row.evaluation.score = sums[index]
            return row
        }
    }

    /// Scores under a scoring by hash, derived where it is a rank sum.
    func scores(_ scoring: Scoring) throws -> [String: Double] {
        guard case .rankSum = scoring else { return try scores(scoring: scoring.description) }
        return Dictionary(uniqueKeysWithValues: try ranking(scoring).map { ($0.candidate.hash, $0.evaluation.score) })
    }

    /// Scores of these candidates; nil where one has none. Costs need no record.
    private func scores(_ scoring: Scoring, of candidates: [Candidate]) throws -> [Double?] {
        if case .cost(let cost) = scoring { return candidates.map { Double(cost.of($0)) } }
        let scores = try scores(scoring)
        return candidates.map { scores[$0.hash] }
    }
}
