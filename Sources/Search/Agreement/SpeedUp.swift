import RankStatistics
import ResultStore

/// What real data costs to rank as well as a proxy, over what the proxy costs. All seconds are those of one thread.
public struct SpeedUp: Sendable {
    /// One length of training on real images.
    public struct Rung: Sendable {
        public let steps: Int
        public let seconds: Double
        public let spearman: Double
    }

    /// Of one candidate, by the proxy.
    public let seconds: Double
    public let spearman: Double
    /// What the teacher cost; nil for proxies that have none, and where the teacher file does not record it.
    public let metaTrainingSeconds: Double?
    /// Whether the scoring uses a teacher of unknown cost.
    private let hasHiddenCost: Bool
    /// Candidates that the run has scored.
    public let candidates: Int
    /// All lengths tried, the shortest first.
    public let rungs: [Rung]

    /// The shortest that ranks as well as the proxy; nil where none tried does.
    public var equal: Rung? { rungs.first { $0.spearman >= spearman } }

    /// Seconds of real data over the proxy's, for one candidate; where no length tried is as good, that of the longest, which is then a
    /// lower bound.
    public var ratio: Double? { (equal ?? rungs.last).flatMap { seconds > 0 ? $0.seconds / seconds : nil } }

    /// The same over all candidates of the run, the teacher's making included.
    public var ratioWithMetaTraining: Double? {
        guard !hasHiddenCost, let rung = equal ?? rungs.last else { return nil }
        let ours = Double(candidates) * seconds + (metaTrainingSeconds ?? 0)
        return ours > 0 ? Double(candidates) * rung.seconds / ours : nil
    }

    /// From how many candidates on the proxy is cheaper, its teacher's making included; nil where it never is.
    public var paysFrom: Int? {
        guard !hasHiddenCost, let rung = equal ?? rungs.last, rung.seconds > seconds else { return nil }
        return max(1, Int(((metaTrainingSeconds ?? 0) / (rung.seconds - seconds)).rounded(.up)))
    }

    /// - Parameters:
    ///   - rows: hashes of the compared candidates, and their real accuracies.
    ///   - spearman: of the run's scoring on them.
    /// - Returns: nil where no length of real data has scored all of them, or the scoring's seconds are not known.
    init?(_ rows: [(hash: String, accuracy: Double)], spearman: Double?, _ run: Run) throws {
        let store = run.store
        guard let spearman, try store.settings()[RealStepsLadder.key] != nil else { return nil }
        func meanSeconds(_ scoring: Scoring) throws -> Double? {
            let evaluations = try store.evaluations(scoring: scoring.description)
            let seconds = Dictionary(evaluations.compactMap { row in row.evaluation.map { (row.hash, $0.seconds) } }) { first, _ in first }
            let known = rows.compactMap { seconds[$0.hash] }
            return known.count == rows.count ? known.reduce(0, +) / Double(known.count) : nil
        }
        let recorded = run.scoring.recorded
        guard let seconds = try meanSeconds(recorded) else { return nil }
        self.seconds = seconds
        self.spearman = spearman
        metaTrainingSeconds = recorded.needsTeacher ? try store.teacher()?.metrics["seconds"] : nil
        hasHiddenCost = recorded.needsTeacher && metaTrainingSeconds == nil
        candidates = try store.evaluatedCount(scoring: recorded.description)
        rungs = try RealStepsLadder.lengths(store).compactMap { steps in
            let scoring = RealStepsLadder.scoring(steps: steps)
            let scores = try store.scores(scoring: scoring.description)
            let known = rows.compactMap { scores[$0.hash] }
            guard known.count == rows.count, let seconds = try meanSeconds(scoring),
                let rho = RankStatistics.spearman(known, rows.map(\.accuracy))
            else { return nil }
            return Rung(steps: steps, seconds: seconds, spearman: rho)
        }
        guard !rungs.isEmpty else { return nil }
    }
}
