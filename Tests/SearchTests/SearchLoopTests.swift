import ResultStore
import TestSupport
import Basics
import Foundation
@testable import Search
import Testing

struct SearchLoopTests {
    private let clock = FakeClock()

    private func inFive(_ clock: FakeClock, _ seconds: Double = 5) -> Deadline { Deadline(at: clock.now() + seconds, clock: clock) }

    @Test func evaluatesAllInOrderOfIndex() throws {
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(1, on: clock), seed: 7)
        let outcome = try loop.run(ListProposer(candidates(5)), until: .unbounded(clock: clock))
        #expect(outcome.end == .completed)
        #expect(outcome.results.map(\.index) == [0, 1, 2, 3, 4])
        #expect(outcome.results.map(\.candidate) == candidates(5))
        #expect(outcome.results.map(\.seed) == candidates(5).map { $0.evaluationSeed(run: 7) })
    }

    @Test func keepsTheDeadline() throws {
        let start = clock.now()
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(1, on: clock), seed: 0)
        let outcome = try loop.run(ListProposer(candidates(100)), until: inFive(clock, 5.5))
        #expect(outcome.end == .deadline)
        #expect(outcome.results.count == 5)
        // The sixth would have ended too late and was not started.
        #expect(clock.now() - start < 5.1)
    }

    @Test func keepsTheDeadlineWithTwoWorkers() throws {
        let start = clock.now()
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(0.5, on: clock), seed: 0, workers: 2)
        let outcome = try loop.run(ListProposer(candidates(1_000)), until: inFive(clock, 20))
        #expect(outcome.end == .deadline)
        #expect(clock.now() - start < 20.3)
        #expect(outcome.results.count >= 30)
    }

    @Test func dropsResultsAfterTheDeadline() throws {
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(10, on: clock), seed: 0)
        let outcome = try loop.run(ListProposer(candidates(3)), until: inFive(clock))
        #expect(outcome.results.isEmpty)
        #expect(outcome.end == .deadline)
    }

    @Test func pastDurationsPreventTheFirstStart() throws {
        let calls = CallLog()
        let loop = SearchLoop(
            evaluator: FakeEvaluator { candidate, _, _ in
                calls.add(candidate.hash); return evaluation(score: 1)
            }, seed: 0)
        let outcome = try loop.run(ListProposer(candidates(3)), until: inFive(clock), pastDurations: [6, 1, 7])
        #expect(calls.all.isEmpty)
        #expect(outcome.end == .deadline)
    }

    @Test func countBoundsTheProposals() throws {
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(1, on: clock), seed: 0, workers: 2)
        let outcome = try loop.run(ListProposer(candidates(100)), until: .unbounded(clock: clock), count: 7)
        #expect(outcome.results.map(\.index) == Array(0..<7))
        #expect(outcome.end == .completed)
    }

    @Test func endsAsCompletedIfTheLastLeavesNoTime() throws {
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(1, on: clock), seed: 0)
        let outcome = try loop.run(ListProposer(candidates(5)), until: inFive(clock, 5.2))
        #expect(outcome.results.count == 5)
        #expect(outcome.end == .completed)
    }

    @Test func sameResultsForAnyNumberOfWorkers() throws {
        func results(workers: Int) throws -> [CandidateResult<Evaluation>] {
            let evaluator = FakeEvaluator { _, seed, _ in
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.002))
                return evaluation(score: Double(seed >> 11))
            }
            let proposer = RandomProposer(seed: 2) { candidate(Int.random(in: 0..<60, using: &$0)) }
            return try SearchLoop(evaluator: evaluator, seed: 2, workers: workers).run(proposer, until: .unbounded(), count: 40).results
        }
        let one = try results(workers: 1)
        #expect(one.count == 40)
        #expect(try results(workers: 2) == one)
        #expect(try results(workers: 5) == one)
    }

    @Test func resumedLoopSkipsEvaluatedCandidates() throws {
        let calls = CallLog()
        let evaluator = FakeEvaluator { candidate, seed, _ in
            calls.add(candidate.hash); return evaluation(score: Double(seed >> 11))
        }
        let loop = SearchLoop(evaluator: evaluator, seed: 1)
        let whole = try loop.run(ListProposer(candidates(10)), until: .unbounded(), count: 8).results
        let done = Set(whole.prefix(5).map(\.candidate.hash))
        let rest = try loop.run(ListProposer(candidates(10)), until: .unbounded(), count: 8, skipping: done).results
        #expect(rest == Array(whole.dropFirst(5)))
        #expect(calls.all.count == 11)
    }

    @Test func retriesOnce() throws {
        let calls = CallLog()
        let evaluator = FakeEvaluator { candidate, _, _ in
            if calls.add(candidate.hash) == 1 { throw FakeError(description: "once") }
            return evaluation(score: 1)
        }
        let outcome = try SearchLoop(evaluator: evaluator, seed: 0).run(ListProposer(candidates(2)), until: .unbounded())
        #expect(outcome.results.allSatisfy { $0.value != nil })
        #expect(calls.all.count == 4)
    }

    @Test func recordsASecondFailureAndContinues() throws {
        let evaluator = FakeEvaluator { candidate, _, _ in
            if candidate.parameters == 1 { throw FakeError(description: "out of memory") }
            return evaluation(score: 1)
        }
        let outcome = try SearchLoop(evaluator: evaluator, seed: 0).run(ListProposer(candidates(3)), until: .unbounded())
        #expect(outcome.results.count == 3)
        #expect(outcome.results[1].outcome == .failure(CandidateFailure(reason: "out of memory")))
        #expect(outcome.end == .completed)
    }

    /// An error that is not caused by a candidate is neither retried nor recorded.
    @Test(arguments: [1, 3]) func loopFailureEndsTheLoop(workers: Int) throws {
        struct NoWorker: LoopFailure {}
        let (calls, reported) = (CallLog(), CallLog())
        let evaluator = FakeEvaluator { candidate, _, _ in
            if candidate.parameters == 2 { calls.add(candidate.hash); throw NoWorker() }
            return evaluation(score: 1)
        }
        #expect(throws: NoWorker.self) {
            try SearchLoop(evaluator: evaluator, seed: 0, workers: workers).run(ListProposer(candidates(50)), until: .unbounded()) {
                reported.add($0.candidate.hash)
            }
        }
        #expect(calls.all == [candidates(50)[2].hash])
        #expect(!reported.all.contains(candidates(50)[2].hash) && reported.all.count < 50)
    }

    @Test func failureAtTheDeadlineIsNotRecorded() throws {
        let evaluator = FakeEvaluator { [clock] _, _, _ in
            clock.advance(10)
            throw FakeError(description: "late")
        }
        let outcome = try SearchLoop(evaluator: evaluator, seed: 0).run(ListProposer(candidates(3)), until: inFive(clock))
        #expect(outcome.results.isEmpty)
        #expect(outcome.end == .deadline)
    }

    @Test(arguments: [Double.nan, .infinity]) func scoreThatIsNotFiniteIsAFailure(_ score: Double) throws {
        let outcome = try SearchLoop(evaluator: FakeEvaluator { _, _, _ in evaluation(score: score) }, seed: 0)
            .run(ListProposer(candidates(1)), until: .unbounded())
        #expect(outcome.results[0].outcome == .failure(CandidateFailure(reason: "the score is not a finite number")))
    }

    @Test func cancellationEndsTheLoop() throws {
        let cancellation = Cancellation()
        let evaluator = FakeEvaluator { candidate, _, deadline in
            if candidate.parameters == 3 { cancellation.request() }
            return deadline.isReached ? nil : evaluation(score: 1)
        }
        let outcome = try SearchLoop(evaluator: evaluator, seed: 0)
            .run(ListProposer(candidates(9)), until: .unbounded(cancellation: cancellation))
        #expect(outcome.results.count == 3)
        #expect(outcome.end == .cancelled)
    }

    @Test func reportsEachResultOnce() throws {
        let reported = CallLog()
        _ = try SearchLoop(evaluator: FakeEvaluator.taking(0.1, on: clock), seed: 0, workers: 3)
            .run(ListProposer(candidates(50)), until: .unbounded(clock: clock)) { reported.add($0.candidate.hash) }
        #expect(reported.all.sorted() == candidates(50).map(\.hash))
    }

    @Test func errorOfTheCallbackEndsTheLoop() {
        let calls = CallLog()
        let loop = SearchLoop(
            evaluator: FakeEvaluator { candidate, _, _ in
                calls.add(candidate.hash); return evaluation(score: 1)
            }, seed: 0)
        #expect(throws: FakeError.self) {
            try loop.run(ListProposer(candidates(50)), until: .unbounded()) { _ in throw FakeError(description: "disk full") }
        }
        #expect(calls.all.count == 1)
    }

    @Test func errorOfTheProposerEndsTheLoop() {
        let loop = SearchLoop(evaluator: FakeEvaluator.taking(1, on: clock), seed: 0, workers: 2)
        #expect(throws: FakeError.self) {
            try loop.run(RandomProposer(seed: 0) { _ in throw FakeError(description: "no space") }, until: .unbounded(clock: clock))
        }
    }
}
