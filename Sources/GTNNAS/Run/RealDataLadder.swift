import RankStatistics
import Basics
import Foundation
import GTN
import ResultStore
import Search
import SearchSpace

/// Short trainings on real data, each length twice the one before: how long must they be to rank as well as the proxy?
///
/// Each anneals its rate to zero within its length, as `--proxy real-steps` does, so that real data is at its best at every length. What was scored is
/// kept in the run's database and not scored again.
struct RealDataLadder {
    static let shortest = 16

    /// What evaluations of so many steps are recorded under.
    static func name(steps: Int) -> String { "\(Proxy.realSteps.rawValue) \(steps)" }

    /// Lengths that a run has scored, the shortest first.
    static func lengths(_ store: ResultStore) throws -> [Int] {
        let prefix = "\(Proxy.realSteps.rawValue) "
        return try store.proxies().compactMap { $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil }.sorted()
    }

    let run: OpenedRun
    let task: LearningTask
    let space: SearchSpace
    let workers: Int

    /// Scores candidates at growing lengths until the scores' ρ with their accuracies is `rho` or more.
    ///
    /// - Parameters:
    ///   - candidates: with their real accuracies.
    ///   - longest: steps that are not gone beyond.
    /// - Returns: false when the deadline came first.
    func climb(
        _ candidates: [(candidate: Candidate, accuracy: Double)], to rho: Double, longest: Int, until deadline: Deadline,
        reporter: RunReporter
    ) throws -> Bool {
        let training = RealTraining(task, recipe: RealDataEvaluator.recipe)
        for steps in sequence(first: Self.shortest, next: { $0 * 2 }).prefix(while: { $0 <= longest }) {
            let name = Self.name(steps: steps)
            let evaluator = RealDataEvaluator(
                space: space, training: training, normKind: run.settings.normKind, length: .steps(steps), criterion: .loss)
            let known = try run.store.evaluatedHashes(proxy: name)
            reporter.begin(
                "scoring \(candidates.count) candidates by \(steps) steps on real images",
                done: candidates.count { known.contains($0.candidate.hash) })
            let outcome = try SearchLoop(evaluator: evaluator, seed: run.settings.seedNumber, workers: workers).run(
                ListProposer(candidates.map(\.candidate)), until: deadline, skipping: known
            ) { result in
                try run.store.record(EvaluationRecord(result, proxy: name))
                reporter.scored(result, until: deadline, of: candidates.count)
            }
            guard outcome.end == .completed else { return false }
            let scores = try run.store.scores(proxy: name)
            let scored = candidates.compactMap { row in scores[row.candidate.hash].map { ($0, row.accuracy) } }
            if let reached = spearman(scored.map(\.0), scored.map(\.1)), reached >= rho { return true }
        }
        return true
    }
}

/// What real data costs to rank as well as a proxy, over what the proxy costs. All seconds are those of one thread.
struct SpeedUp {
    /// One length of training on real images.
    struct Rung {
        let steps: Int
        let seconds: Double
        let spearman: Double
    }

    /// Of one candidate, by the proxy.
    let seconds: Double
    let spearman: Double
    /// What the teacher cost; nil for proxies that have none, and for teachers that do not tell.
    let metaTrainingSeconds: Double?
    /// Whether a teacher that does not tell belongs to it.
    private let hasHiddenCost: Bool
    /// Candidates that the run has scored.
    let candidates: Int
    /// All lengths tried, the shortest first.
    let rungs: [Rung]

    /// The shortest that ranks as well as the proxy; nil where none tried does.
    var equal: Rung? { rungs.first { $0.spearman >= spearman } }

    /// Seconds of real data over the proxy's, for one candidate; where no length tried is as good, that of the longest, which is then a lower bound.
    var ratio: Double? { (equal ?? rungs.last).flatMap { seconds > 0 ? $0.seconds / seconds : nil } }

    /// The same over all candidates of the run, the teacher's making included.
    var ratioWithMetaTraining: Double? {
        guard !hasHiddenCost, let rung = equal ?? rungs.last else { return nil }
        let ours = Double(candidates) * seconds + (metaTrainingSeconds ?? 0)
        return ours > 0 ? Double(candidates) * rung.seconds / ours : nil
    }

    /// From how many candidates on the proxy is cheaper, its teacher's making included; nil where it never is.
    var paysFrom: Int? {
        guard !hasHiddenCost, let rung = equal ?? rungs.last, rung.seconds > seconds else { return nil }
        return max(1, Int(((metaTrainingSeconds ?? 0) / (rung.seconds - seconds)).rounded(.up)))
    }

    /// - Parameters:
    ///   - rows: hashes of the compared candidates, and their real accuracies.
    ///   - spearman: of the proxy on them.
    /// - Returns: nil where no length of real data has scored all of them, or the proxy's seconds are not known.
    init?(_ rows: [(hash: String, accuracy: Double)], spearman: Double?, proxy: String, _ store: ResultStore) throws {
        guard let spearman else { return nil }
        func meanSeconds(_ name: String) throws -> Double? {
            let evaluations = try store.evaluations(proxy: name).filter { $0.failure == nil }
            let seconds = Dictionary(evaluations.map { ($0.hash, $0.seconds) }) { first, _ in first }
            let known = rows.compactMap { seconds[$0.hash] }
            return known.count == rows.count ? known.reduce(0, +) / Double(known.count) : nil
        }
        let recorded = ResultStore.blends[proxy] ?? proxy
        guard let seconds = try meanSeconds(recorded) else { return nil }
        self.seconds = seconds
        self.spearman = spearman
        let isTaught = recorded == Proxy.curriculum.rawValue
        metaTrainingSeconds = isTaught ? try store.teacher()?.metrics["seconds"] : nil
        hasHiddenCost = isTaught && metaTrainingSeconds == nil
        candidates = try store.evaluatedCount(proxy: recorded)
        rungs = try RealDataLadder.lengths(store).compactMap { steps in
            let name = RealDataLadder.name(steps: steps)
            let scores = try store.scores(proxy: name)
            let known = rows.compactMap { scores[$0.hash] }
            guard known.count == rows.count, let seconds = try meanSeconds(name), let rho = RankStatistics.spearman(known, rows.map(\.accuracy))
            else { return nil }
            return Rung(steps: steps, seconds: seconds, spearman: rho)
        }
        guard !rungs.isEmpty else { return nil }
    }

    func json() -> [String: Any] {
        [
            "spearman": spearman, "seconds": seconds, "meta_training_seconds": metaTrainingSeconds as Any? ?? NSNull(),
            "candidates": candidates,
            "real_data": rungs.map { ["steps": $0.steps, "seconds": $0.seconds, "spearman": $0.spearman] as [String: Any] },
            "equal_steps": equal?.steps as Any? ?? NSNull(), "reached": equal != nil, "ratio": ratio as Any? ?? NSNull(),
            "ratio_with_meta_training": ratioWithMetaTraining as Any? ?? NSNull(), "pays_from_candidates": paysFrom as Any? ?? NSNull(),
        ]
    }

    func print() {
        var table = TextTable([.left, .right, .right])
        table.add("", "seconds", "Spearman")
        table.add("the proxy", decimal(seconds, 2), decimal(spearman, 2))
        for rung in rungs { table.add("\(rung.steps) steps on real images", decimal(rung.seconds, 2), decimal(rung.spearman, 2)) }
        Swift.print("\nFor one candidate, on one thread:")
        table.print()
        let bound = equal == nil ? "more than " : ""
        if let ratio {
            let with =
                ratioWithMetaTraining.map {
                    metaTrainingSeconds == nil ? "" : "; \(bound)\(decimal($0, 1)) with the teacher's making, for \(candidates) candidates"
                } ?? ""
            Swift.print("speed-up      real data takes \(bound)\(decimal(ratio, 1)) times as long to rank as well\(with)")
        }
        if metaTrainingSeconds != nil {
            Swift.print(
                paysFrom.map { "              the teacher's making pays from \(grouped($0)) candidates on" }
                    ?? "              the teacher's making never pays")
        }
    }
}
