import ResultStore
import Basics

extension Candidate {
    /// The seed of this candidate's evaluation in a run: a mix of the run's seed and the hash, so that it depends neither
    /// on the order of proposals nor on the worker.
    public func evaluationSeed(run: UInt64) -> UInt64 {
        SeedStream.numbered.seed(run, StableHash.fnv1a(hash))
    }

    /// The seed of this candidate's training on real data. Another stream than the evaluation's: a lucky initialization
    /// shared by both would look like correlation.
    ///
    /// - Parameters:
    ///   - run: the run's seed.
    ///   - repetition: 0 for the first training, 1 for the second of the same candidate, …
    public func validationSeed(run: UInt64, repetition: Int = 0) -> UInt64 {
        SeedStream.validations.seed(evaluationSeed(run: run), UInt64(repetition))
    }
}
