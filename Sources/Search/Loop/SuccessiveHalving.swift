import ResultStore
import RankStatistics
import Basics

/// Successive halving over the length of the training, with η = 3. Of 27 candidates, all train for 1/9 of the schedule, the best 9 for 1/3,
/// and the best 3 in full.
///
/// Each rung costs the same, and all rungs together cost a third of 27 full trainings. Brackets of 27 run one after another, so that a
/// search of any length has fully trained candidates. A candidate has the same seed on all rungs. Results do not depend on the number of
/// workers or on interruptions.
///
/// Sources: Karnin, Koren and Somekh, "Almost Optimal Exploration in Multi-Armed Bandits", 2013; Jamieson and Talwalkar, "Non-stochastic
/// Best Arm Identification and Hyperparameter Optimization", 2016, algorithm 1; η = 3 as in Li et al., "Hyperband", 2018, section 3.6.
public struct SuccessiveHalving: Sendable {
    /// η: one candidate in η advances to the next rung.
    public static let reduction = 3
    public static let rungs = 3
    /// Number of candidates in one bracket.
    public static let bracket = 27

    /// Returns the divisor of a rung, η^(rungs − 1 − rung): its candidates train for 1/divisor of the schedule.
    public static func divisor(ofRung rung: Int) -> Int { (rung + 1..<rungs).reduce(1) { product, _ in product * reduction } }

    /// The number of candidates that advance: a third, rounded up, so that the last rung is never empty.
    static func survivors(of count: Int) -> Int { (count + reduction - 1) / reduction }

    /// Returns the number of trainings, short ones included, for a number of candidates.
    public static func trainings(of candidates: Int) -> Int {
        var (left, sum) = (candidates, 0)
        while left > 0 {
            var rung = min(bracket, left)
            left -= rung
            for _ in 0..<rungs {
                sum += rung
                rung = survivors(of: rung)
            }
        }
        return sum
    }

    /// Results of a rung recorded before the run was resumed.
    public struct Earlier: Sendable {
        /// Hashes of the candidates that the rung has evaluated, failures included.
        public let evaluated: Set<String>
        /// Scores by hash, without failures.
        public let scores: [String: Double]
        /// Seconds of past evaluations.
        public let durations: [Double]

        public init(evaluated: Set<String>, scores: [String: Double], durations: [Double]) {
            self.evaluated = evaluated
            self.scores = scores
            self.durations = durations
        }
    }

    /// One evaluator per rung, the shortest training first.
    let evaluators: [any Evaluator]
    let seed: UInt64
    let workers: Int

    public init(evaluators: [any Evaluator], seed: UInt64, workers: Int = 1) {
        precondition(evaluators.count == Self.rungs, "successive halving needs an evaluator for each of its \(Self.rungs) rungs")
        self.evaluators = evaluators
        self.seed = seed
        self.workers = workers
    }

    /// Runs all brackets; blocks the calling thread.
    ///
    /// - Parameters:
    ///   - proposer: proposes candidates; it must not learn from scores.
    ///   - deadline: the time by which to end.
    ///   - count: total number of candidates, including those before a resumption; nil for no limit.
    ///   - earlier: returns the earlier results of a rung; called before each rung of each bracket.
    ///   - onResult: called with the rung, from 0, and each new result, on a worker's thread, never concurrently. A result has the index of
    ///     its proposal.
    /// - Returns: the reason why it ended.
    /// - Throws: errors of the proposer, of `earlier` and of `onResult`.
    public func run(
        _ proposer: some Proposer, until deadline: Deadline, count: Int? = nil, earlier: (_ rung: Int) throws -> Earlier,
        onResult: @escaping @Sendable (_ rung: Int, CandidateResult<Evaluation>) throws -> Void
    ) throws -> LoopEnd {
        precondition(proposer.delay == nil, "successive halving selects candidates itself; its proposer cannot learn")
        var proposer = proposer
        var proposed = 0
        while true {
            var contenders: [(index: Int, candidate: Candidate)] = []
            while contenders.count < Self.bracket, proposed < count ?? .max, let candidate = try proposer.next() {
                contenders.append((proposed, candidate))
                proposed += 1
            }
            if contenders.isEmpty { return .completed }
            for rung in 0..<Self.rungs {
                let end: LoopEnd
                (end, contenders) = try climb(contenders, rung, until: deadline, earlier(rung)) { try onResult(rung, $0) }
                if end != .completed { return end }
            }
        }
    }

    /// Runs one rung of a bracket.
    /// - Returns: the reason why it ended, and the candidates that advance.
    private func climb(
        _ contenders: [(index: Int, candidate: Candidate)], _ rung: Int, until deadline: Deadline, _ earlier: Earlier,
        onResult: @escaping @Sendable (CandidateResult<Evaluation>) throws -> Void
    ) throws -> (LoopEnd, [(index: Int, candidate: Candidate)]) {
        let indices = Dictionary(uniqueKeysWithValues: contenders.map { ($0.candidate.hash, $0.index) })
        let outcome = try SearchLoop(evaluator: evaluators[rung], seed: seed, workers: workers).run(
            ListProposer(contenders.map(\.candidate)), until: deadline, skipping: earlier.evaluated, pastDurations: earlier.durations
        ) { result in
            try onResult(
                CandidateResult(
                    index: indices[result.candidate.hash]!, candidate: result.candidate, seed: result.seed, outcome: result.outcome))
        }
        let fresh = Dictionary(
            uniqueKeysWithValues: outcome.results.compactMap { result in result.value.map { (result.candidate.hash, $0.score) } })
        let scored = contenders.compactMap { contender in
            (fresh[contender.candidate.hash] ?? earlier.scores[contender.candidate.hash]).map { (contender, $0) }
        }
        let order = Ranking.order(scores: scored.map(\.1), hashes: scored.map(\.0.candidate.hash))
        return (outcome.end, order.prefix(Self.survivors(of: contenders.count)).map { scored[$0].0 })
    }
}
