import ResultStore
import Basics

/// Evaluates proposals on several workers within a deadline, a count, or both.
///
/// The results of a run bounded by count alone are the same for any number of workers: proposals and seeds depend on
/// neither order nor time, and what proposers learn comes to them in the order of their proposals.
public struct SearchLoop: Sendable {
    public typealias OnResult = @Sendable (CandidateResult<Evaluation>) throws -> Void

    /// Seed of the run; the seed of each evaluation is mixed from it and the candidate's hash.
    public let seed: UInt64
    public let workers: Int
    public let evaluator: any Evaluator

    public init(evaluator: any Evaluator, seed: UInt64, workers: Int = 1) {
        precondition(workers > 0, "a search needs at least one worker")
        self.evaluator = evaluator
        self.seed = seed
        self.workers = workers
    }

    /// Runs to its end and returns what this call evaluated; blocks the calling thread.
    ///
    /// A candidate is started only if it can be expected to end before the deadline (median of past durations). One that
    /// fails twice, or whose score is not a finite number, is recorded as failed and the run goes on.
    /// - Parameters:
    ///   - proposer: says which candidates.
    ///   - deadline: when to have ended.
    ///   - count: how many proposals in all, those of earlier runs included; nil for as many as there are.
    ///   - evaluated: hashes evaluated before; their proposals are passed over.
    ///   - scores: of those among them that did not fail, by hash, for proposers that learn.
    ///   - pastDurations: seconds that evaluations took in earlier runs.
    ///   - onResult: called with each result as it comes, on a worker's thread, never twice at a time.
    /// - Throws: what the proposer or `onResult` throws, once the evaluations under way have ended.
    public func run(
        _ proposer: some Proposer, until deadline: Deadline, count: Int? = nil, skipping evaluated: Set<String> = [],
        scores: [String: Double] = [:], pastDurations: [Double] = [], onResult: @escaping OnResult = { _ in }
    ) throws -> LoopOutcome<Evaluation> {
        let source = Locked(Proposals(proposer: proposer, count: count ?? .max, evaluated: evaluated, scores: scores))
        let pool = WorkerPool<Evaluation>(workers: workers, deadline: deadline, pastDurations: pastDurations)
        return try pool.run(
            next: {
                try source.withLock { try $0.next(run: seed) }
            },
            work: { job in
                guard let evaluation = try evaluator.evaluate(job.candidate, seed: job.seed, deadline: deadline) else { return nil }
                guard evaluation.score.isFinite else {
                    // The same seed would give the same score again.
                    return .failure(CandidateFailure(reason: "the score is not a finite number"))
                }
                return .success(evaluation)
            },
            onResult: { result in
                try onResult(result)
                source.withLock { $0.record(result.candidate, at: result.index, score: result.value?.score) }
            })
    }
}

/// Numbers the proposals, passes over those that are done, and tells the proposer their scores in their order.
private struct Proposals: Sendable {
    var proposer: any Proposer
    let count: Int
    let evaluated: Set<String>
    let scores: [String: Double]
    var index = 0
    /// Proposals whose scores the proposer has been told.
    var told = 0
    /// Those whose turn has not come.
    var waiting: [Int: (candidate: Candidate, score: Double?)] = [:]

    mutating func next(run seed: UInt64) throws -> WorkerPool<Evaluation>.Draw {
        while index < count {
            if let delay = proposer.delay {
                while told < index - delay {
                    guard let result = waiting.removeValue(forKey: told) else { return .wait }
                    proposer.learn(result.candidate, score: result.score)
                    told += 1
                }
            }
            guard let candidate = try proposer.next() else { return .end }
            defer { index += 1 }
            guard evaluated.contains(candidate.hash) else {
                return .job(.init(index: index, candidate: candidate, seed: candidate.evaluationSeed(run: seed)))
            }
            record(candidate, at: index, score: scores[candidate.hash])
        }
        return .end
    }

    mutating func record(_ candidate: Candidate, at index: Int, score: Double?) {
        if proposer.delay != nil { waiting[index] = (candidate, score) }
    }
}
