import SearchSpace

extension Candidate {
    /// The seed of this candidate's evaluation in a run: a mix of the run's seed and the hash, so that it depends neither
    /// on the order of proposals nor on the worker.
    public func evaluationSeed(run: UInt64) -> UInt64 {
        SeededGenerator.seed(run, number)
    }

    /// The seed of this candidate's training on real data. Another stream than the evaluation's: a lucky initialization
    /// shared by both would look like correlation.
    ///
    /// - Parameters:
    ///   - run: the run's seed.
    ///   - repetition: 0 for the first training, 1 for the second of the same candidate, …
    public func validationSeed(run: UInt64, repetition: Int = 0) -> UInt64 {
        SeededGenerator.seed(evaluationSeed(run: run), 1 + UInt64(repetition))
    }

    /// The hash as a number: FNV-1a, 64 bits (Fowler, Noll and Vo, RFC 9923), of its text.
    private var number: UInt64 {
        hash.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
