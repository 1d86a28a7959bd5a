import ResultStore
import Basics

/// A loop that validates a list of candidates on several workers, each candidate at most once.
public struct ValidationLoop: Sendable {
    public typealias OnResult = @Sendable (CandidateResult<Validation>) throws -> Void

    /// The run's seed. It is mixed with a candidate's hash to give the seed of the candidate's validation.
    public let seed: UInt64
    public let workers: Int
    public let validator: any Validator

    public init(validator: any Validator, seed: UInt64, workers: Int = 1) {
        precondition(workers > 0, "a validation needs at least one worker")
        self.validator = validator
        self.seed = seed
        self.workers = workers
    }

    /// Validates the candidates in order and returns the results that came in time; blocks the calling thread.
    ///
    /// As in a search, a training starts only if it is expected to finish in time. A candidate that fails twice is recorded as failed.
    /// - Parameters:
    ///   - candidates: the candidates in order of training.
    ///   - seedIndex: 0 for the candidates' first validation, 1 for their second, …; it selects the seeds.
    ///   - deadline: the time by which to end.
    ///   - expectedSeconds: expected durations by hash, for example from a pilot; for other candidates, the median of past durations.
    ///   - onResult: called with each new result on a worker's thread, never concurrently.
    /// - Throws: errors of `onResult`, after running trainings have ended.
    public func run(
        _ candidates: [Candidate], seedIndex: Int = 0, until deadline: Deadline, expectedSeconds: [String: Double] = [:],
        onResult: @escaping OnResult = { _ in }
    ) throws -> LoopOutcome<Validation> {
        let source = Locked(Array(candidates.enumerated()).makeIterator())
        let pool = WorkerPool<Validation>(workers: workers, deadline: deadline, pastDurations: [])
        return try pool.run(
            next: {
                guard let (index, candidate) = source.withLock({ $0.next() }) else { return .end }
                return .job(
                    .init(
                        index: index, candidate: candidate, seed: candidate.validationSeed(run: seed, seedIndex: seedIndex),
                        expectedSeconds: expectedSeconds[candidate.hash]))
            },
            work: { job in
                try validator.validate(job.candidate, seed: job.seed, deadline: deadline).map { .success($0) }
            },
            onResult: onResult)
    }
}
