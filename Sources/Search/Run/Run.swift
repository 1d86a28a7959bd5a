import Basics
import Datasets
import Foundation
import GTN
import RankStatistics
import ResultStore
import SearchSpace

/// An existing run: its directory, its database and its settings. It gives access to all results of a search, during the search and
/// afterwards.
public struct Run: Sendable {
    public let directory: RunDirectory
    public let store: ResultStore
    public let settings: RunSettings

    /// - Parameters:
    ///   - path: path of the run directory.
    ///   - forWriting: whether results can be added. A search may write to a run that is open only for reading here.
    /// - Throws: an `InputMistake` if the directory contains no run that this version can read.
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

    /// Returns the space at the image size of its file, with the run's settings.
    public func space() throws -> SearchSpace {
        let run = try store.run()
        var space = try SearchSpace.parse(run.spaceText, file: "\(run.spaceName) (stored in \(directory.shown))")
            .with(settings: settings.spaceSettings.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") })
        if settings.int8 == true { space.bytesPerActivation = 1 }
        return space
    }

    /// Loads the run's data set with the run's splits.
    /// - Throws: `InputError` if its content has changed.
    public func task() throws -> LearningTask {
        let dataset = try Dataset.load(DatasetSpecification(parsing: settings.data))
        guard dataset.hash == settings.datasetHash else {
            throw InputError(
                "\(settings.data): its content has changed since \(directory.shown) was started; restore it to continue this run")
        }
        return LearningTask(dataset, seed: settings.splitSeedNumber)
    }
}

// MARK: - The ranking

extension Run {
    /// Returns the ranking, best first: by score in descending order, ties by hash in ascending order.
    /// - Parameter top: number of candidates to return; nil for all.
    public func ranking(top: Int? = nil) throws -> [RankedCandidate] { try store.ranking(scoring, top: top) }

    /// Returns the ranking by another proxy that the run has scores for: a training's blend with parameters, the training in a blend, or an
    /// untrained score.
    /// - Parameters:
    ///   - proxy: the proxy to rank by.
    ///   - top: number of candidates to return; nil for all.
    /// - Throws: `InputError` if the run has no such scores.
    public func ranking(by proxy: Proxy, top: Int? = nil) throws -> [RankedCandidate] {
        let recorded = try store.scorings().compactMap(Scoring.init)
        // Several scorings may have this name. The run's own scoring comes first, then its relative.
        let known = [scoring] + (scoring.relative.map { [$0] } ?? []) + recorded
        guard let found = known.first(where: { $0.proxy == proxy }) else {
            let names = Set(known.map(\.name)).sorted().alternatives()
            throw InputError("\(setting: "proxy") \(proxy.rawValue): \(directory.shown) has scores by \(names) only")
        }
        return try store.ranking(found, top: top)
    }

    /// Returns the number of candidates with a score.
    public func scoredCount() throws -> Int { try store.evaluatedCount(scoring: scoring.recorded.description) }

    private static let validationScaleKey = "validation_scale"

    /// Whether candidates are validated at the proxy scale, because the search's budget did not allow full size. It is decided once.
    public func validatesAtProxyScale() throws -> Bool { try store.settings()[Self.validationScaleKey] != nil }

    func validateAtProxyScale() throws { try store.record(setting: Self.validationScaleKey, value: FileMetadata.text("proxy")) }

    /// Whether candidates are scored at another scale than that of the space and the data.
    func hasProxyScale(_ task: LearningTask) -> Bool {
        guard let scale = settings.proxyScale else { return false }
        return scale.settings != settings.spaceSettings || [scale.height, scale.width] != Array(task.imageShape[1...])
    }

    /// Returns the configuration of validations with these epochs and images.
    func configuration(epochs: Int, images: Int) throws -> ValidationConfiguration {
        ValidationConfiguration(epochs: epochs, images: images, atProxyScale: try validatesAtProxyScale())
    }

    /// Returns the configuration that most candidates were validated with; nil without validations.
    public func validationConfiguration() throws -> ValidationConfiguration? {
        try store.validationSettings().first.map { try configuration(epochs: $0.epochs, images: $0.images) }
    }

    /// Returns the candidates validated in the most frequent configuration, the highest accuracy first.
    public func validated() throws -> [ValidatedCandidate] {
        guard let setting = try store.validationSettings().first else { return [] }
        return try store.validated().filter { $0.validation.epochs == setting.epochs && $0.validation.images == setting.images }
    }

    /// Returns the accuracies of these candidates by hash, as fractions of 1; the mean over a candidate's validations.
    public func accuracies() throws -> [String: Double] { try store.validatedAccuracies() }

    /// Returns whether the search is finished; false if it is running or was interrupted.
    public func isFinished() throws -> Bool { try phase() == .report }

    /// Refuses work whose results could not be recorded.
    func checkIsWritable() throws(InputError) {
        guard store.isWritable else {
            throw InputError("\(directory.shown): the run is open for reading only; open it for writing")
        }
    }

    /// Returns the current phase of the run, or the last one if it has stopped; nil for runs of versions that did not record it.
    public func phase() throws -> RunPhase? { try RunClock.phase(of: store) }
}

extension ResultStore {
    /// Returns the accuracies of the candidates validated in the most frequent configuration, by hash.
    func validatedAccuracies() throws -> [String: Double] {
        guard let setting = try validationSettings().first else { return [:] }
        return try accuracies(epochs: setting.epochs, images: setting.images)
    }

    /// Returns the ranking by a scoring. Rank sums and aggregates are computed from the scores of their members.
    func ranking(_ scoring: Scoring, top: Int? = nil) throws -> [RankedCandidate] {
        if case .aggregate(let members) = scoring {
            return try AggregateRanking(members, self).map { Array($0.rows.prefix(top ?? .max)) } ?? []
        }
        guard case .rankSum(let members) = scoring else { return try ranking(scoring: scoring.description, top: top) }
        let first = try ranking(members[0])
        let others = try members.dropFirst().map { try self.scores($0, of: first.map(\.candidate)) }
        // A rank sum needs a score by every member.
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

    /// Returns the scores by a scoring, by hash. Rank sums and aggregates are computed from the scores of their members.
    func scores(_ scoring: Scoring) throws -> [String: Double] {
        switch scoring {
        case .rankSum, .aggregate: break
        case .curriculum, .realImages, .untrained, .cost: return try scores(scoring: scoring.description)
        }
        return Dictionary(uniqueKeysWithValues: try ranking(scoring).map { ($0.candidate.hash, $0.evaluation.score) })
    }

    /// Returns the evaluations of candidates under a scoring, by hash, with the scores of the other members of an aggregate.
    func evaluated(_ scoring: Scoring) throws -> [String: Evaluation] {
        let others = try scoring.members.dropFirst().filter { !$0.isFree }.map { (key: $0.description, scores: try scores($0)) }
        return Dictionary(
            uniqueKeysWithValues: try evaluations(scoring: scoring.recorded.description).compactMap { record in
                guard var evaluation = record.evaluation else { return nil }
                evaluation.others = others.compactMap { other in
                    other.scores[record.hash].map { OtherScore(scoring: other.key, score: $0, seconds: 0) }
                }
                return (record.hash, evaluation)
            })
    }

    /// Returns the scores of these candidates; nil for a candidate without one. Costs need no record.
    private func scores(_ scoring: Scoring, of candidates: [Candidate]) throws -> [Double?] {
        if case .cost(let cost) = scoring { return candidates.map { Double(cost.of($0)) } }
        let scores = try scores(scoring)
        return candidates.map { scores[$0.hash] }
    }
}
