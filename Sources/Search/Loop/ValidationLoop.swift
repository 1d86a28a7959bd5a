import ResultStore
import Basics

/// Validates a list of candidates on several workers, each at most once.
public struct ValidationLoop: Sendable {
    public typealias OnResult = @Sendable (CandidateResult<Validation>) throws -> Void

    /// Seed of the run; the seed of each training is mixed from it and the candidate's hash.
    public let seed: UInt64
    public let workers: Int
    public let validator: any Validator

    public init(validator: any Validator, seed: UInt64, workers: Int = 1) {
        precondition(workers > 0, "a validation needs at least one worker")
        self.validator = validator
        self.seed = seed
        self.workers = workers
    }

    /// Trains the candidates in their order and returns what ended in time; blocks the calling thread.
    ///
    /// As in a search, none is started that cannot be expected to end, and one that fails twice is recorded as failed.
    /// - Parameters:
    ///   - candidates: in the order of training.
    ///   - repetition: which training of the same candidates this is, from 0: it decides the seeds.
    ///   - deadline: when to have ended.
    ///   - expectedSeconds: foretold by hash, from a pilot for example; the others are expected to take the median of the past.
    ///   - onResult: called with each result as it comes, on a worker's thread, never twice at a time.
    /// - Throws: what `onResult` throws, once the trainings under way have ended.
    public func run(
        _ candidates: [Candidate], repetition: Int = 0, until deadline: Deadline, expectedSeconds: [String: Double] = [:],
        onResult: @escaping OnResult = { _ in }
    ) throws -> LoopOutcome<Validation> {
        let source = Locked(Array(candidates.enumerated()).makeIterator())
        let pool = WorkerPool<Validation>(workers: workers, deadline: deadline, pastDurations: [])
        return try pool.run(
            next: {
                guard let (index, candidate) = source.withLock({ $0.next() }) else { return .end }
                return .job(
                    .init(
                        index: index, candidate: candidate, seed: candidate.validationSeed(run: seed, repetition: repetition),
                        expectedSeconds: expectedSeconds[candidate.hash]))
            },
            work: { job in
                try validator.validate(job.candidate, seed: job.seed, deadline: deadline).map { .success($0) }
            },
            onResult: onResult)
    }
}
