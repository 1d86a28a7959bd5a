import RankStatistics
import ResultStore

/// The cost of ranking with real data divided by the cost of a proxy that ranks as well. All times are seconds of one thread.
public struct SpeedUp: Sendable {
    /// The trainings of one length on real images.
    public struct Rung: Sendable {
        public let steps: Int
        public let seconds: Double
        public let spearman: Double
    }

    /// Mean seconds per candidate of the proxy.
    public let seconds: Double
    /// Spearman's ρ of the proxy.
    public let spearman: Double
    /// Seconds of meta-training; nil for proxies without a teacher, and for teacher files that do not record it.
    public let metaTrainingSeconds: Double?
    /// Whether the scoring uses a teacher of unknown cost.
    private let hasHiddenCost: Bool
    /// Number of candidates that the run has scored.
    public let candidates: Int
    /// All lengths that were scored, the shortest first.
    public let rungs: [Rung]

    /// The shortest length that ranks as well as the proxy; nil if none does.
    public var equal: Rung? { rungs.first { $0.spearman >= spearman } }

    /// Seconds per candidate with real data divided by seconds per candidate of the proxy. If no length ranks as well, the
    /// longest gives a lower bound.
    public var ratio: Double? { (equal ?? rungs.last).flatMap { seconds > 0 ? $0.seconds / seconds : nil } }

    /// The same ratio over all candidates of the run, with meta-training included.
    public var ratioWithMetaTraining: Double? {
        guard !hasHiddenCost, let rung = equal ?? rungs.last else { return nil }
        let ours = Double(candidates) * seconds + (metaTrainingSeconds ?? 0)
        return ours > 0 ? Double(candidates) * rung.seconds / ours : nil
    }

    /// Minimum number of candidates from which the proxy, including meta-training, is cheaper than real data; nil if it never is.
    public var paysFrom: Int? {
        guard !hasHiddenCost, let rung = equal ?? rungs.last, rung.seconds > seconds else { return nil }
        return max(1, Int(((metaTrainingSeconds ?? 0) / (rung.seconds - seconds)).rounded(.up)))
    }

    /// - Parameters:
    ///   - rows: hashes of the compared candidates with their real accuracies.
    ///   - spearman: ρ of the run's scoring over these candidates.
    ///   - run: the run with the scores.
    /// - Returns: nil if no length has scores of all these candidates, or the scoring's seconds are unknown.
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
        guard var seconds = try meanSeconds(recorded) else { return nil }
        if !run.scoring.members.isEmpty {
            let totals = try store.totalSeconds(scorings: run.scoring.members.map(\.description))
            seconds = rows.reduce(0) { $0 + (totals[$1.hash] ?? 0) } / Double(rows.count)
        }
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
