import Foundation
@testable import ResultStore
import Testing

struct EvaluationsTests {
    private let scratch = Scratch()

    @Test func recordsComeBackWhole() throws {
        let store = try scratch.create()
        try store.evaluate([1, 2])
        #expect(try store.candidates() == [candidate(0), candidate(1)])
        let read = try store.evaluations(scoring: "curriculum")
        #expect(read == [evaluation(0, score: 1), evaluation(1, score: 2)])
        #expect(read[0].evaluation?.stepLosses == [2.5, 1.5])
        #expect(read[0].seed == .max)
    }

    @Test func rankingBreaksTiesByHash() throws {
        let store = try scratch.create()
        try store.evaluate([1, 3, 1, 3])
        let ranking = try store.ranking(scoring: "curriculum")
        #expect(ranking.map(\.candidate.hash) == [1, 3, 0, 2].map { candidate($0).hash })
        #expect(ranking.map(\.rank) == [1, 2, 3, 4])
        #expect(try store.ranking(scoring: "curriculum", top: 2) == Array(ranking.prefix(2)))
        #expect(try store.ranking(scoring: "curriculum", top: 0).isEmpty)
        #expect(try store.ranking(scoring: "synflow").isEmpty)
    }

    @Test func rankedRecordsEncodeEveryField() throws {
        let store = try scratch.create()
        try store.record(
            EvaluationRecord(hash: candidate(1).hash, scoring: "macs", seed: 0, outcome: .success(Evaluation(score: 10, seconds: 0))), of: 1
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(store.ranking(scoring: "macs")), as: UTF8.self) == """
                [{"accuracy":null,"architecture":"a1","hash":"0000000000000001","latency_ms":null,"loss":null,"macs":10,"memory":null,\
                "parameters":1,"rank":1,"score":10,"seconds":0,"settings":null,"steps":0}]
                """)
    }

    @Test func fittedSettingsAreKept() throws {
        let store = try scratch.create()
        var wide = candidate(1)
        wide.settings = ["channels": 24]
        try store.record(
            EvaluationRecord(hash: wide.hash, scoring: "macs", seed: 0, outcome: .success(Evaluation(score: 10, seconds: 0))), of: wide,
            proposal: 0)
        try store.record(validation(1, accuracy: 0.5))
        try store.record(references: [Reference(candidate: wide, accuracy: 0.5)])
        #expect(try store.candidates() == [wide])
        #expect(try store.ranking(scoring: "macs")[0].candidate == wide)
        #expect(try store.validated()[0].settings == ["channels": 24])
        #expect(try store.references()[0].candidate == wide)
    }

    @Test func nonFiniteLossesAreStored() throws {
        let store = try scratch.create()
        let diverged = Evaluation(score: -1e6, accuracy: 0.1, loss: .nan, steps: 2, seconds: 1, stepLosses: [2.5, .infinity])
        try store.record(EvaluationRecord(hash: candidate(0).hash, scoring: "curriculum", seed: 0, outcome: .success(diverged)), of: 0)
        let read = try #require(store.evaluations(scoring: "curriculum")[0].evaluation)
        #expect(read.loss == nil && read.stepLosses[0] == 2.5 && read.stepLosses[1].isNaN)
    }

    @Test func resultsAreNeverReplaced() throws {
        let store = try scratch.create()
        try store.evaluate([1])
        #expect(throws: AlreadyRecorded(hash: candidate(0).hash, kind: "evaluation")) {
            try store.record(evaluation(0, score: 9), of: 0)
        }
        #expect(try store.ranking(scoring: "curriculum")[0].evaluation.score == 1)
    }

    @Test func failuresHaveNoRankAndMayBeReplaced() throws {
        let store = try scratch.create()
        let failure = EvaluationRecord(
            hash: candidate(0).hash, scoring: "curriculum", seed: 1, outcome: .failure(CandidateFailure(reason: "out of memory")))
        try store.record(failure, of: 0)
        #expect(try store.ranking(scoring: "curriculum").isEmpty)
        #expect(try store.evaluatedCount(scoring: "curriculum") == 0)
        #expect(try store.evaluatedHashes(scoring: "curriculum") == [candidate(0).hash])
        #expect(try store.evaluations(scoring: "curriculum") == [failure])
        try store.record(evaluation(0, score: 1))
        #expect(try store.evaluatedCount(scoring: "curriculum") == 1)
    }

    @Test func scoringsAreStoredSeparately() throws {
        let store = try scratch.create()
        try store.evaluate([1, 2])
        try store.record(evaluation(0, score: 7, scoring: "synflow"))
        #expect(try store.scorings() == ["curriculum", "synflow"])
        #expect(try store.scores(scoring: "synflow") == [candidate(0).hash: 7])
        #expect(try store.evaluationSeconds(scoring: "curriculum") == [3, 3])
    }

    @Test func aResultNeedsItsCandidate() throws {
        let store = try scratch.create()
        #expect(throws: UnknownCandidate(hash: candidate(5).hash)) { try store.record(evaluation(5, score: 1)) }
    }

    @Test func invalidRecordsAreRefusedAsAWhole() throws {
        let store = try scratch.create()
        #expect(throws: InvalidRecord.self) { try store.record(evaluation(0, score: .nan), of: 0) }
        #expect(throws: InvalidRecord.self) { try store.record(evaluation(0, score: 1, accuracy: 1.5), of: 0) }
        #expect(try store.candidates().isEmpty)
    }

    @Test func threadsWriteConcurrently() throws {
        let store = try scratch.create()
        DispatchQueue.concurrentPerform(iterations: 40) { number in
            try! store.record(evaluation(number, score: Double(number)), of: number)
        }
        #expect(try store.ranking(scoring: "curriculum").map(\.candidate.parameters) == (0..<40).reversed())
    }
}
