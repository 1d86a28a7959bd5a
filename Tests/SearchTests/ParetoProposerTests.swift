import Basics
import ResultStore
import Search
import SearchSpace
import Testing

/// Evolution towards a front on a known landscape: 24 bits, where the score is their number among the first sixteen, and MACs their number
/// overall.
struct ParetoProposerTests {
    private static func candidate(_ bits: Int) -> Candidate {
        Candidate(architecture: "\(bits)", hash: StableHash.hexadecimal(UInt64(bits)), parameters: bits, macs: 1 + bits.nonzeroBitCount)
    }

    private static func score(_ candidate: Candidate) -> Double { Double((candidate.parameters & 0xffff).nonzeroBitCount) }

    private static func proposer(seed: UInt64) -> ParetoProposer {
        ParetoProposer(
            seed: seed, cost: .macs, draw: { candidate(Int.random(in: 0..<1 << 24, using: &$0)) },
            mutate: { candidate($0.parameters ^ 1 << Int.random(in: 0..<24, using: &$1)) },
            recombine: { first, second, isMutated, generator in
                let mask = Int.random(in: 0..<1 << 24, using: &generator)
                let child = first.parameters & mask | second.parameters & ~mask
                return candidate(isMutated ? child ^ 1 << Int.random(in: 0..<24, using: &generator) : child)
            })
    }

    private func results(_ proposer: some Proposer, workers: Int = 1, count: Int) throws -> [CandidateResult<Evaluation>] {
        let evaluator = FakeEvaluator { candidate, _, _ in evaluation(score: Self.score(candidate)) }
        return try SearchLoop(evaluator: evaluator, seed: 1, workers: workers).run(proposer, until: .unbounded(), count: count).results
    }

    /// The area under the best score at each number of MACs.
    private func area(_ results: [CandidateResult<Evaluation>]) -> Double {
        (1...25).reduce(0) { sum, cap in
            sum + (results.filter { $0.candidate.macs <= cap }.map { $0.value!.score }.max() ?? 0)
        }
    }

    @Test func reachesABetterFrontThanRandomSearch() throws {
        for seed in 0..<5 as Range<UInt64> {
            let found = try area(results(Self.proposer(seed: seed), count: 600))
            let random = RandomProposer(seed: seed) { Self.candidate(Int.random(in: 0..<1 << 24, using: &$0)) }
            // The best area is 0 + 1 + … + 16, and 16 for the other caps.
            #expect(found > 0.85 * (136 + 8 * 16))
            #expect(try found > area(results(random, count: 600)) + 20)
        }
    }

    @Test func sameResultsForAnyNumberOfWorkers() throws {
        let one = try results(Self.proposer(seed: 5), count: 200)
        #expect(Set(one.map(\.candidate.hash)).count == 200)
        for workers in [2, 5] { #expect(try results(Self.proposer(seed: 5), workers: workers, count: 200) == one) }
    }
}
