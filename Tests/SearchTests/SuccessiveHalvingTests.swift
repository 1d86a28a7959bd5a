import ResultStore
import TestSupport
import Basics
import Foundation
@testable import Search
import Synchronization
import Testing

struct SuccessiveHalvingTests {
    /// The candidates evaluated on each rung, with their scores, in order of the results.
    private final class Record: Sendable {
        private let rows = Mutex<[(rung: Int, index: Int, number: Int, score: Double?)]>([])

        func add(_ rung: Int, _ result: CandidateResult<Evaluation>) {
            rows.withLock { $0.append((rung, result.index, result.candidate.parameters, result.value?.score)) }
        }

        func numbers(_ rung: Int) -> [Int] { rows.withLock { $0.filter { $0.rung == rung }.map(\.number).sorted() } }
        func indices(_ rung: Int) -> [Int] { rows.withLock { $0.filter { $0.rung == rung }.map(\.index).sorted() } }
        func earlier(_ rung: Int) -> SuccessiveHalving.Earlier {
            let own = rows.withLock { $0.filter { $0.rung == rung } }
            return .init(
                evaluated: Set(own.map { candidate($0.number).hash }),
                scores: Dictionary(uniqueKeysWithValues: own.compactMap { row in row.score.map { (candidate(row.number).hash, $0) } }),
                durations: [])
        }
    }

    private static let nothing: @Sendable (Int) -> SuccessiveHalving.Earlier = { _ in .init(evaluated: [], scores: [:], durations: []) }

    /// Evaluators that score a candidate by its number. On the first rung, scores are coarse: the number divided by ten.
    private static func evaluators(_ body: @escaping @Sendable (Int, Candidate) throws -> Void = { _, _ in }) -> [any Evaluator] {
        (0..<SuccessiveHalving.rungs).map { rung in
            FakeEvaluator { candidate, _, _ in
                try body(rung, candidate)
                return evaluation(score: Double(rung == 0 ? candidate.parameters / 10 : candidate.parameters))
            }
        }
    }

    @Test func thirdOfEachRungAdvances() throws {
        let record = Record()
        let end = try SuccessiveHalving(evaluators: Self.evaluators(), seed: 1).run(
            ListProposer(candidates(27)), until: .unbounded(), earlier: Self.nothing, onResult: record.add)
        #expect(end == .completed)
        #expect(record.numbers(0) == Array(0..<27))
        // Numbers 20 to 26 have the highest coarse score. Of the next ten, the first two by hash advance as well.
        #expect(record.numbers(1) == [10, 11] + Array(20..<27))
        #expect(record.numbers(2) == [24, 25, 26])
        // A result has the index of its proposal on every rung.
        #expect(record.indices(2) == [24, 25, 26])
    }

    @Test func bracketsRunOneAfterAnother() throws {
        let record = Record()
        _ = try SuccessiveHalving(evaluators: Self.evaluators(), seed: 1).run(
            ListProposer(candidates(100)), until: .unbounded(), count: 31, earlier: Self.nothing, onResult: record.add)
        #expect(record.numbers(0) == Array(0..<31))
        // Of the four candidates in the second bracket, two advance (number 30, and the first of the others by hash), then one.
        #expect(record.numbers(1) == [10, 11] + Array(20...26) + [27, 30])
        #expect(record.numbers(2) == [24, 25, 26, 30])
        #expect(record.numbers(0).count + record.numbers(1).count + record.numbers(2).count == SuccessiveHalving.trainings(of: 31))
    }

    @Test func lengthsAreNinthThirdAndFull() {
        #expect((0..<3).map(SuccessiveHalving.divisor) == [9, 3, 1])
        // 27 + 9 + 3 trainings for a full bracket, 4 + 2 + 1 for four candidates.
        #expect(SuccessiveHalving.trainings(of: 27) == 39)
        #expect(SuccessiveHalving.trainings(of: 31) == 46)
        #expect(SuccessiveHalving.trainings(of: 0) == 0)
    }

    @Test func resultsDoNotDependOnWorkers() throws {
        let (one, three) = (Record(), Record())
        _ = try SuccessiveHalving(evaluators: Self.evaluators(), seed: 1).run(
            ListProposer(candidates(60)), until: .unbounded(), earlier: Self.nothing, onResult: one.add)
        let slow = Self.evaluators { _, candidate in Thread.sleep(forTimeInterval: Double(candidate.parameters % 5) / 2000) }
        _ = try SuccessiveHalving(evaluators: slow, seed: 1, workers: 3).run(
            ListProposer(candidates(60)), until: .unbounded(), earlier: Self.nothing, onResult: three.add)
        for rung in 0..<3 { #expect(one.numbers(rung) == three.numbers(rung)) }
    }

    @Test func resumesWhereItWasInterrupted() throws {
        let whole = Record()
        _ = try SuccessiveHalving(evaluators: Self.evaluators(), seed: 1).run(
            ListProposer(candidates(60)), until: .unbounded(), earlier: Self.nothing, onResult: whole.add)
        for stop in [5, 27, 30, 38, 50, 80] {
            let (record, calls) = (Record(), CallLog())
            let cancellation = Cancellation()
            let interrupted = Self.evaluators { rung, candidate in
                calls.add("\(rung)")
                if calls.all.count == stop { cancellation.request() }
            }
            let end = try SuccessiveHalving(evaluators: interrupted, seed: 1).run(
                ListProposer(candidates(60)), until: .unbounded(cancellation: cancellation), earlier: Self.nothing, onResult: record.add)
            #expect(end == .cancelled)
            _ = try SuccessiveHalving(evaluators: Self.evaluators(), seed: 1).run(
                ListProposer(candidates(60)), until: .unbounded(), earlier: record.earlier, onResult: record.add)
            for rung in 0..<3 { #expect(record.numbers(rung) == whole.numbers(rung), "stopped after \(stop)") }
        }
    }

    @Test func failedCandidateDoesNotAdvance() throws {
        let record = Record()
        let failing = Self.evaluators { rung, candidate in
            if rung == 0, candidate.parameters == 26 { throw FakeError(description: "broken") }
        }
        _ = try SuccessiveHalving(evaluators: failing, seed: 1).run(
            ListProposer(candidates(27)), until: .unbounded(), earlier: Self.nothing, onResult: record.add)
        #expect(record.numbers(0).contains(26) && !record.numbers(1).contains(26))
        #expect(record.numbers(2) == [23, 24, 25])
    }

    @Test func keepsTheDeadline() throws {
        let clock = FakeClock()
        let start = clock.now()
        let evaluators = (0..<3).map { _ in FakeEvaluator.taking(1, on: clock) }
        let end = try SuccessiveHalving(evaluators: evaluators, seed: 1).run(
            ListProposer(candidates(60)), until: Deadline(at: start + 30.5, clock: clock), earlier: Self.nothing, onResult: { _, _ in })
        #expect(end == .deadline)
        #expect(clock.now() - start < 30.6)
    }
}
