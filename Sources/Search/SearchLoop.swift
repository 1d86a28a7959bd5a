/// Evaluates proposals on several workers within a deadline, a count, or both.
///
/// The results of a run bounded by count alone are the same for any number of workers: proposals and seeds depend on
/// neither order nor time.
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
    ///   - count: how many proposals in all, those of earlier runs included; nil for as many as there are.
    ///   - evaluated: hashes evaluated before; their proposals are passed over.
    ///   - pastDurations: seconds that evaluations took in earlier runs.
    ///   - onResult: called with each result as it comes, on a worker's thread, never twice at a time.
    /// - Throws: what the proposer or `onResult` throws, once the evaluations under way have ended.
    public func run(
        _ proposer: some Proposer, until deadline: Deadline, count: Int? = nil, skipping evaluated: Set<String> = [],
        pastDurations: [Double] = [], onResult: @escaping OnResult = { _ in }
    ) throws -> LoopOutcome<Evaluation> {
        let source = LockedBox(Proposals(proposer: proposer, count: count ?? .max, evaluated: evaluated))
        let pool = WorkerPool<Evaluation>(workers: workers, deadline: deadline, pastDurations: pastDurations)
        return try pool.run(
            next: {
                try source.withLock { try $0.next() }.map { index, candidate in
                    .init(index: index, candidate: candidate, seed: candidate.evaluationSeed(run: seed))
                }
            },
            work: { job in
                guard let evaluation = try evaluator.evaluate(job.candidate, seed: job.seed, deadline: deadline) else { return nil }
                guard evaluation.score.isFinite else {
                    // The same seed would give the same score again.
                    return .failure(CandidateFailure(reason: "the score is not a finite number", attempts: 1))
                }
                return .success(evaluation)
            },
            onResult: onResult)
    }
}

/// Numbers the proposals and passes over those that are done.
private struct Proposals: Sendable {
    var proposer: any Proposer
    let count: Int
    let evaluated: Set<String>
    var index = 0

    mutating func next() throws -> (Int, Candidate)? {
        while index < count, let candidate = try proposer.next() {
            defer { index += 1 }
            if !evaluated.contains(candidate.hash) { return (index, candidate) }
        }
        return nil
    }
}
