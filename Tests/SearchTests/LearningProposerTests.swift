import ResultStore
import TestSupport
import Basics
import Foundation
import Search
import SearchSpace
import Synchronization
import Testing

/// Evolution and local search on a known landscape: candidates have 16 bits, and the score is the number of bits that match a secret.
struct LearningProposerTests {
    static let secret = 0b1011_0010_1110_0101

    static func score(_ candidate: Candidate) -> Double { Double(16 - (candidate.parameters ^ secret).nonzeroBitCount) }

    static let draw: RandomProposer.Draw = { candidate(Int.random(in: 0..<1 << 16, using: &$0)) }
    static let mutate: EvolutionProposer.Mutation = { parent, generator in
        candidate(parent.parameters ^ 1 << Int.random(in: 0..<16, using: &generator))
    }

    enum Kind: CaseIterable { case evolution, local }

    static func proposer(_ kind: Kind, seed: UInt64) -> any Proposer {
        switch kind {
        case .evolution: EvolutionProposer(seed: seed, draw: draw, mutate: mutate)
        case .local: LocalSearchProposer(seed: seed, draw: draw, mutate: mutate)
        }
    }

    private func results(
        _ proposer: any Proposer, workers: Int = 1, count: Int, scores: [String: Double] = [:], failing: Int = 0,
        evaluated: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> [CandidateResult<Evaluation>] {
        let evaluator = FakeEvaluator { candidate, seed, _ in
            if workers > 1 { Thread.sleep(forTimeInterval: Double(seed % 5) / 2000) }
            if failing > 0, candidate.parameters % failing == 0 { throw FakeError(description: "broken") }
            evaluated(candidate.hash)
            return evaluation(score: Self.score(candidate))
        }
        return try SearchLoop(evaluator: evaluator, seed: 1, workers: workers).run(
            proposer, until: .unbounded(), count: count, skipping: Set(scores.keys), known: scores.mapValues { evaluation(score: $0) }
        ).results
    }

    @Test(arguments: Kind.allCases) func findsTheBestUnlikeRandomSearch(_ kind: Kind) throws {
        // 300 random candidates of 65,536 include the best one with probability 0.005.
        for seed in 0..<5 as Range<UInt64> {
            let best = try results(Self.proposer(kind, seed: seed), count: 300).map { $0.value!.score }.max()
            #expect(best == 16)
        }
    }

    @Test(arguments: Kind.allCases) func neverRepeats(_ kind: Kind) throws {
        let all = try results(Self.proposer(kind, seed: 3), count: 400).map(\.candidate.hash)
        #expect(Set(all).count == 400)
    }

    @Test(arguments: Kind.allCases) func sameResultsForAnyNumberOfWorkers(_ kind: Kind) throws {
        let one = try results(Self.proposer(kind, seed: 5), count: 150)
        for workers in [2, 5, 12] { #expect(try results(Self.proposer(kind, seed: 5), workers: workers, count: 150) == one) }
    }

    @Test(arguments: Kind.allCases) func resumedSearchGivesTheSameResults(_ kind: Kind) throws {
        let whole = try results(Self.proposer(kind, seed: 6), count: 150)
        let done = Dictionary(uniqueKeysWithValues: whole.prefix(70).map { ($0.candidate.hash, $0.value!.score) })
        let again = Mutex<[String]>([])
        let rest = try results(Self.proposer(kind, seed: 6), workers: 2, count: 150, scores: done) { hash in
            again.withLock { $0.append(hash) }
        }
        #expect(rest == Array(whole.dropFirst(70)))
        #expect(again.withLock { $0.count } == 80)
    }

    @Test(arguments: Kind.allCases) func failedCandidatesAreNeverParents(_ kind: Kind) throws {
        let all = try results(Self.proposer(kind, seed: 7), workers: 2, count: 200, failing: 3)
        #expect(all.count == 200)
        #expect(all.compactMap(\.value).count > 50)
    }

    /// In a space of four candidates, each is proposed once.
    @Test(arguments: Kind.allCases) func endsWhenTheSpaceIsExhausted(_ kind: Kind) throws {
        let draw: RandomProposer.Draw = { candidate(Int.random(in: 0..<4, using: &$0)) }
        let mutate: EvolutionProposer.Mutation = { parent, _ in candidate((parent.parameters + 1) % 4) }
        let proposer: any Proposer =
            kind == .evolution
            ? EvolutionProposer(seed: 0, draw: draw, mutate: mutate) : LocalSearchProposer(seed: 0, draw: draw, mutate: mutate)
        #expect(try results(proposer, workers: 2, count: 100).map(\.candidate.parameters).sorted() == [0, 1, 2, 3])
    }

    /// Other workers wait for a score whose worker reaches the deadline, and all of them must end.
    @Test func waitingWorkersEndAtTheDeadline() throws {
        let clock = FakeClock()
        let evaluator = FakeEvaluator { candidate, _, deadline in
            if candidate.hash == first.hash {
                Thread.sleep(forTimeInterval: 0.05)
                clock.advance(100)
                return nil
            }
            return evaluation(score: 1)
        }
        let outcome = try SearchLoop(evaluator: evaluator, seed: 0, workers: 3)
            .run(Self.proposer(.evolution, seed: 8), until: Deadline(at: clock.now() + 50, clock: clock))
        #expect(outcome.end == .deadline)
        #expect(outcome.results.count <= 8)
    }

    private var first: Candidate {
        var proposer = EvolutionProposer(seed: 8, draw: Self.draw, mutate: Self.mutate)
        return try! proposer.next()!
    }

    @Test func exhaustiveProposesEachCandidateOnceInOrder() throws {
        let proposer = ExhaustiveProposer(count: 12) { $0 % 5 == 4 ? nil : candidate($0 % 6) }
        #expect(try results(proposer, workers: 2, count: 100).map(\.candidate.parameters) == [0, 1, 2, 3, 5, 4])
    }
}
