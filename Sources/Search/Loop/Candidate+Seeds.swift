import ResultStore
import Basics

extension Candidate {
    /// Returns the seed of this candidate's evaluation in a run. It mixes the run's seed and the candidate's hash, so it depends neither on
    /// the order of proposals nor on the worker.
    /// - Parameter run: the run's seed.
    public func evaluationSeed(run: UInt64) -> UInt64 {
        SeedStream.numbered.seed(run, StableHash.fnv1a(hash))
    }

    /// Returns the seed of this candidate's validation. It uses another stream than evaluations: a lucky initialization shared by both
    /// would look like correlation.
    ///
    /// - Parameters:
    ///   - run: the run's seed.
    ///   - seedIndex: 0 for the candidate's first validation, 1 for its second, …
    public func validationSeed(run: UInt64, seedIndex: Int = 0) -> UInt64 {
        SeedStream.validations.seed(evaluationSeed(run: run), UInt64(seedIndex))
    }
}
