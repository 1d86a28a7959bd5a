import ResultStore
import RankStatistics
import Basics

/// Successive halving over the length of the training: many candidates are trained briefly, the better third of them for three times as
/// long, and the better third of those to the end (Karnin, Koren and Somekh, "Almost Optimal Exploration in Multi-Armed Bandits", 2013;
/// Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", 2016, algorithm 1, with η = 3 as in Li
/// et al., "Hyperband", 2018, section 3.6).
///
/// Candidates come in brackets, one after the other, so that a search of any length has candidates trained to the end to show. Each rung of
/// a bracket costs as much: 27 candidates at a ninth of the training, 9 at a third, 3 in full, a third of what full trainings of all would
/// take.
///
/// A candidate has one seed on all rungs. Results depend on neither workers nor interruptions.
public struct SuccessiveHalving: Sendable {
    /// η: one in so many goes on to the next rung.
    public static let reduction = 3
    public static let rungs = 3
    /// Candidates of one bracket.
    public static let bracket = 27

    /// The share of the whole training that a rung's candidates are given: η^(rung + 1 − rungs).
    public static func divisor(ofRung rung: Int) -> Int { (rung + 1..<rungs).reduce(1) { product, _ in product * reduction } }

    /// How many go on: a third, rounded up, so that the last rung is never empty.
    static func survivors(of count: Int) -> Int { (count + reduction - 1) / reduction }

    /// Trainings of so many candidates, short ones included.
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

    /// What is known of a rung from an earlier process.
    public struct Earlier: Sendable {
        /// Hashes of candidates that the rung is done with, failures included.
        public let evaluated: Set<String>
        /// Of those that did not fail, by hash.
        public let scores: [String: Double]
        /// Seconds that evaluations took.
        public let durations: [Double]

        public init(evaluated: Set<String>, scores: [String: Double], durations: [Double]) {
            self.evaluated = evaluated
            self.scores = scores
            self.durations = durations
        }
    }

    /// One for each rung, the shortest training first.
    let evaluators: [any Evaluator]
    let seed: UInt64
    let workers: Int

    public init(evaluators: [any Evaluator], seed: UInt64, workers: Int = 1) {
        precondition(evaluators.count == Self.rungs, "successive halving needs an evaluator for each of its \(Self.rungs) rungs")
        self.evaluators = evaluators
        self.seed = seed
        self.workers = workers
    }

    /// Runs brackets to their end; blocks the calling thread.
    ///
    /// - Parameters:
    ///   - proposer: says which candidates; one that learns from no scores.
    ///   - deadline: when to have ended.
    ///   - count: how many candidates in all, those of earlier processes included; nil for as many as there are.
    ///   - earlier: asked for every rung of every bracket, before it begins.
    ///   - onResult: called with the rung, from 0, and each result as it comes, on a worker's thread, never twice at a time; its index
    ///     counts proposals.
    /// - Returns: why it ended.
    /// - Throws: what the proposer, `earlier` or `onResult` throws.
    public func run(
        _ proposer: some Proposer, until deadline: Deadline, count: Int? = nil, earlier: (_ rung: Int) throws -> Earlier,
        onResult: @escaping @Sendable (_ rung: Int, CandidateResult<Evaluation>) throws -> Void
    ) throws -> LoopEnd {
        precondition(proposer.delay == nil, "successive halving chooses by itself; its proposer cannot learn")
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

    /// One rung of a bracket.
    /// - Returns: why it ended, and who goes on.
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
