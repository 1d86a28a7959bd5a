import Basics
import RankStatistics
import ResultStore

/// A loop that evaluates proposals on several workers until a deadline, up to a count, or both.
///
/// Count-bounded results are the same for any number of workers. Proposals and seeds do not depend on timing, and proposers learn scores
/// in the order of their proposals.
public struct SearchLoop: Sendable {
    public typealias OnResult = @Sendable (CandidateResult<Evaluation>) throws -> Void

    /// The run's seed. It is mixed with a candidate's hash to give the seed of the candidate's evaluation.
    public let seed: UInt64
    public let workers: Int
    public let evaluator: any Evaluator
    /// The members of an aggregate, by which proposers compare candidates; empty if they compare scores.
    public let members: [Scoring]

    public init(evaluator: any Evaluator, seed: UInt64, workers: Int = 1, members: [Scoring] = []) {
        precondition(workers > 0, "a search needs at least one worker")
        self.evaluator = evaluator
        self.members = members
        self.seed = seed
        self.workers = workers
    }

    /// Runs the loop to its end and returns the new results; blocks the calling thread.
    ///
    /// An evaluation starts only if it is expected to finish before the deadline, by the median of past durations. A candidate that fails
    /// twice, or whose score is not finite, is recorded as failed, and the loop continues.
    /// - Parameters:
    ///   - proposer: proposes candidates.
    ///   - deadline: the time by which to end.
    ///   - count: total number of proposals, including those before a resumption; nil for no limit.
    ///   - evaluated: hashes of candidates that are already evaluated; their proposals are skipped.
    ///   - known: evaluations of the evaluated candidates that did not fail, by hash, for proposers that learn.
    ///   - pastDurations: seconds of past evaluations.
    ///   - onResult: called with each new result on a worker's thread, never concurrently.
    /// - Throws: errors of the proposer and of `onResult`, after running evaluations have ended.
    public func run(
        _ proposer: some Proposer, until deadline: Deadline, count: Int? = nil, skipping evaluated: Set<String> = [],
        known: [String: Evaluation] = [:], pastDurations: [Double] = [], onResult: @escaping OnResult = { _ in }
    ) throws -> LoopOutcome<Evaluation> {
        let source = Locked(
            Proposals(proposer: proposer, count: count ?? .max, evaluated: evaluated, known: known, history: AggregateHistory(members)))
        let pool = WorkerPool<Evaluation>(workers: workers, deadline: deadline, pastDurations: pastDurations)
        return try pool.run(
            next: {
                try source.withLock { try $0.next(run: seed) }
            },
            work: { job in
                guard let evaluation = try evaluator.evaluate(job.candidate, seed: job.seed, deadline: deadline) else { return nil }
                guard evaluation.score.isFinite else {
                    // A retry would give the same score, as its seed is the same.
                    return .failure(CandidateFailure(reason: "the score is not a finite number"))
                }
                return .success(evaluation)
            },
            onResult: { result in
                try onResult(result)
                source.withLock { $0.record(result.candidate, at: result.index, result.value) }
            })
    }
}

/// The numbered proposals of a proposer. Evaluated ones are skipped, and the proposer learns scores in the order of its proposals.
private struct Proposals: Sendable {
    var proposer: any Proposer
    let count: Int
    let evaluated: Set<String>
    let known: [String: Evaluation]
    var history: AggregateHistory
    var index = 0
    /// Number of proposals whose scores the proposer has learned.
    var learned = 0
    /// Results that arrived early, while earlier proposals are pending.
    var waiting: [Int: (candidate: Candidate, evaluation: Evaluation?)] = [:]

    mutating func next(run seed: UInt64) throws -> WorkerPool<Evaluation>.Draw {
        while index < count {
            if let delay = proposer.delay {
                while learned < index - delay {
                    guard let result = waiting.removeValue(forKey: learned) else { return .wait }
                    learn(result.candidate, result.evaluation)
                    learned += 1
                }
            }
            guard let candidate = try proposer.next() else { return .end }
            defer { index += 1 }
            guard evaluated.contains(candidate.hash) else {
                return .job(.init(index: index, candidate: candidate, seed: candidate.evaluationSeed(run: seed)))
            }
            record(candidate, at: index, known[candidate.hash])
        }
        return .end
    }

    mutating func record(_ candidate: Candidate, at index: Int, _ evaluation: Evaluation?) {
        if proposer.delay != nil { waiting[index] = (candidate, evaluation) }
    }

    private mutating func learn(_ candidate: Candidate, _ evaluation: Evaluation?) {
        guard let evaluation, history.isOfAggregate else { return proposer.learn(candidate, score: evaluation?.score) }
        // Ranks among more candidates change the scores of all.
        let scores = history.scores(adding: evaluation, of: candidate)
        proposer.learn(scores)
        proposer.learn(candidate, score: scores[candidate.hash])
    }
}

/// The candidates that a proposer has learned of, with the scores of an aggregate's members.
struct AggregateHistory: Sendable {
    private let members: [Scoring]
    private var hashes: [String] = []
    private var values: [[Double?]]

    init(_ members: [Scoring]) {
        self.members = members
        values = members.map { _ in [] }
    }

    var isOfAggregate: Bool { !members.isEmpty }

    /// Returns the scores of all candidates so far, by hash, with one more.
    mutating func scores(adding evaluation: Evaluation, of candidate: Candidate) -> [String: Double] {
        hashes.append(candidate.hash)
        let others = Dictionary(uniqueKeysWithValues: evaluation.others.map { ($0.scoring, $0.score) })
        for (place, member) in members.enumerated() {
            if case .cost(let cost) = member {
                values[place].append(Double(cost.of(candidate)))
            } else {
                values[place].append(place == 0 ? evaluation.score : others[member.description] ?? nil)
            }
        }
        let aggregate = RankAggregate(
            zip(members, values).map { RankAggregate.Member($0.name, $1, prior: $0.weightInAggregates) })
        return Dictionary(uniqueKeysWithValues: zip(hashes, aggregate?.scores ?? hashes.map { _ in 0 }))
    }
}
