import Basics
import Foundation
import GTN
import RankStatistics
import ResultStore
import Tensors

/// Short trainings on real data, each length twice the one before: how long must they be to rank as well as the run's scoring?
///
/// Each anneals its rate to zero within its length, so that real data is at its best at every length. What was scored is kept in the run's
/// database and not scored again.
public enum RealStepsLadder {
    public static let shortest = 16
    /// The setting that says that a run's candidates were compared so: one of its lengths may also be the run's own scoring.
    static let key = "speedup"

    static func scoring(steps: Int) -> Scoring { .realImages(RealImagesScoring(.steps(steps))) }

    /// Lengths of the ladder that a run has scored, the shortest first.
    static func lengths(_ store: ResultStore) throws -> [Int] {
        let known = Set(try store.scorings())
        return sequence(first: shortest) { $0 <= Int.max / 2 ? $0 * 2 : nil }.filter { known.contains(scoring(steps: $0).description) }
    }
}

extension Run {
    /// Scores the candidates of an agreement at growing lengths of training on real images until the scores' ρ with their accuracies is
    /// that of the run's scoring or more.
    ///
    /// - Parameters:
    ///   - agreement: of the candidates that are compared.
    ///   - longest: most steps on real images.
    ///   - workplace: where candidates are trained.
    ///   - deadline: when to have ended.
    ///   - onEvent: called with what happens, on whatever thread, never twice at a time.
    /// - Returns: false when the deadline came first.
    public func scoreOnRealImages(
        _ agreement: Agreement, longest: Int, on workplace: Workplace = .thisProcess, until deadline: Deadline = .unbounded(),
        onEvent: @escaping @Sendable (SearchEvent) -> Void = { _ in }
    ) throws -> Bool {
        guard let rho = agreement.report.proxy.spearman.all?.value else {
            throw InputError("the proxy's ρ is undefined for these candidates; validate more of them")
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
