import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import Tensors

/// Short trainings on real data of doubling length. They show how many steps on real data are needed to rank as well as the run's scoring.
///
/// Each training anneals its learning rate to zero, so that real data performs best at every length. Scores are stored in the run's
/// database and reused.
public enum RealStepsLadder {
    /// Number of steps of the shortest training.
    public static let shortest = 16
    /// The setting that marks a run as compared in this way. Scores alone do not show it, because one of the lengths may be the run's own.
    static let key = "speedup"

    static func scoring(steps: Int) -> Scoring { .realImages(RealImagesScoring(.steps(steps))) }

    /// Lengths that a run has scores for, the shortest first.
    static func lengths(_ store: ResultStore) throws -> [Int] {
        let known = Set(try store.scorings())
        return sequence(first: shortest) { $0 <= Int.max / 2 ? $0 * 2 : nil }.filter { known.contains(scoring(steps: $0).description) }
    }
}

extension Run {
    /// Scores the candidates of an agreement by trainings of increasing length on real images. It stops when the scores' ρ reaches the ρ of
    /// the run's scoring.
    ///
    /// - Parameters:
    ///   - agreement: the agreement whose candidates are scored.
    ///   - longest: maximum number of steps on real images.
    ///   - workplace: where candidates are trained.
    ///   - deadline: the time by which to end.
    ///   - onEvent: called with each event, on any thread, never concurrently.
    /// - Returns: false if the deadline was reached first.
    public func scoreOnRealImages(
        _ agreement: Agreement, longest: Int, on workplace: Workplace = .thisProcess, until deadline: Deadline = .unbounded(),
        onEvent: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) throws -> Bool {
        guard let rho = agreement.report.proxy.spearman.all?.value else {
            throw InputError("the proxy's Spearman ρ is undefined for these candidates; validate more candidates")
        }
        try checkIsWritable()
        Runtime.start()
        Runtime.threads = settings.threads
        try store.record(setting: RealStepsLadder.key, value: "true")
        let executor = try executor(workplace, task(), RunLog(directory.log))
        let accuracies = Dictionary(uniqueKeysWithValues: agreement.rows)
        let compared = try ranking().map(\.candidate).filter { accuracies[$0.hash] != nil }
        executor.prepare(workers: min(settings.workers, compared.count))
        for steps in sequence(first: RealStepsLadder.shortest, next: { $0 * 2 }).prefix(while: { $0 <= longest }) {
            let scoring = RealStepsLadder.scoring(steps: steps)
            let key = scoring.description
            let known = try store.evaluatedHashes(scoring: key)
            onEvent(
                .stage(.scoringOnRealImages(candidates: compared.count, steps: steps), done: compared.count { known.contains($0.hash) }))
            let outcome = try SearchLoop(evaluator: executor.evaluator(scoring), seed: settings.seedNumber, workers: settings.workers).run(
                ListProposer(compared), until: deadline, skipping: known
            ) { [store] result in
                try store.record(EvaluationRecord(hash: result.candidate.hash, scoring: key, seed: result.seed, outcome: result.outcome))
                onEvent(.scored(result, of: compared.count, until: deadline))
            }
            guard outcome.end == .completed else { return false }
            let scores = try store.scores(scoring: key)
            let scored = compared.compactMap { candidate in scores[candidate.hash].map { ($0, accuracies[candidate.hash]!) } }
            if let reached = spearman(scored.map(\.0), scored.map(\.1)), reached >= rho { return true }
        }
        return true
    }
}
