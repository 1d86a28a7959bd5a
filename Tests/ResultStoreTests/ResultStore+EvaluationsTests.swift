import Foundation
@testable import ResultStore
import Testing

struct EvaluationsTests {
    private let scratch = Scratch()

    @Test func recordsComeBackWhole() throws {
        let store = try scratch.create()
        try store.evaluate([1, 2])
        #expect(try store.candidates() == [candidate(0), candidate(1)])
        let read = try store.evaluations(proxy: "curriculum")
        #expect(read == [evaluation(0, score: 1), evaluation(1, score: 2)])
        #expect(read[0].stepLosses == [2.5, nil])
        #expect(read[0].seed == .max)
    }

    @Test func rankingBreaksTiesByHash() throws {
        let store = try scratch.create()
        try store.evaluate([1, 3, 1, 3])
        let ranking = try store.ranking(proxy: "curriculum")
        #expect(ranking.map(\.hash) == [1, 3, 0, 2].map { candidate($0).hash })
        #expect(ranking.map(\.rank) == [1, 2, 3, 4])
        #expect(try store.ranking(proxy: "curriculum", top: 2) == Array(ranking.prefix(2)))
        #expect(try store.ranking(proxy: "curriculum", top: 0).isEmpty)
        #expect(try store.ranking(proxy: "synflow").isEmpty)
    }

    @Test func rankedRecordsPrintEveryField() throws {
        let store = try scratch.create()
        try store.record(EvaluationRecord(hash: candidate(1).hash, proxy: "macs", seed: 0, score: 10, seconds: 0), of: candidate(1))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(store.ranking(proxy: "macs")), as: UTF8.self) == """
                [{"accuracy":null,"architecture":"a1","hash":"0000000000000001","loss":null,"macs":10,"parameters":1,"rank":1,\
                "score":10,"seconds":0,"steps":0}]
                """)
    }

    /// By hand: with n = 4, ranks by score 1.5, 3, 1.5, 4 (ties share) and by parameters 1, 2, 3, 4; their sums over 8.
    @Test func theBlendIsTheMeanOfTheRanksByScoreAndByParameters() throws {
        let store = try scratch.create()
        try store.evaluate([1, 3, 1, 9])
        let ranking = try store.ranking(proxy: "blend")
        #expect(ranking.map(\.hash) == [3, 1, 2, 0].map { candidate($0).hash })
        #expect(ranking.map(\.score) == [1, 0.625, 0.5625, 0.3125])
        #expect(try store.scores(proxy: "blend")[candidate(2).hash] == 0.5625)
        #expect(try store.evaluatedCount(proxy: "blend") == 4)
        try store.record(EvaluationRecord(hash: candidate(4).hash, proxy: "macs", seed: 0, score: 10, seconds: 0), of: candidate(4))
        #expect(try store.evaluatedCount(proxy: "blend") == 4)
        // Each training has a blend of its own; others have none.
        for index in 0..<2 {
            try store.record(EvaluationRecord(hash: candidate(index).hash, proxy: "real-steps", seed: 0, score: Double(-index), seconds: 0))
        }
        #expect(try store.ranking(proxy: "real-steps-blend").map(\.score) == [0.75, 0.75])
        #expect(try store.evaluatedCount(proxy: "real-seconds-blend") == 0)
        #expect(try store.evaluatedCount(proxy: "macs") == 1)
    }

    @Test func whatIsDoneIsNeverReplaced() throws {
        let store = try scratch.create()
        try store.evaluate([1])
        #expect(throws: AlreadyRecorded(hash: candidate(0).hash, kind: "evaluation")) {
            try store.record(evaluation(0, score: 9), of: candidate(0))
        }
        #expect(try store.ranking(proxy: "curriculum")[0].score == 1)
    }

    @Test func failuresHaveNoRankAndMayBeReplaced() throws {
        let store = try scratch.create()
        let failure = EvaluationRecord(hash: candidate(0).hash, proxy: "curriculum", seed: 1, failure: "out of memory")
        try store.record(failure, of: candidate(0))
        #expect(try store.ranking(proxy: "curriculum").isEmpty)
        #expect(try store.evaluatedCount(proxy: "curriculum") == 0)
        #expect(try store.evaluatedHashes(proxy: "curriculum") == [candidate(0).hash])
        #expect(try store.evaluations(proxy: "curriculum") == [failure])
        try store.record(evaluation(0, score: 1))
        #expect(try store.evaluatedCount(proxy: "curriculum") == 1)
    }

    @Test func proxiesAreKeptApart() throws {
        let store = try scratch.create()
        try store.evaluate([1, 2])
        try store.record(evaluation(0, score: 7, proxy: "synflow"))
        #expect(try store.proxies() == ["curriculum", "synflow"])
        #expect(try store.scores(proxy: "synflow") == [candidate(0).hash: 7])
        #expect(try store.evaluationSeconds(proxy: "curriculum") == [3, 3])
    }

    @Test func aResultNeedsItsCandidate() throws {
        let store = try scratch.create()
        #expect(throws: UnknownCandidate(hash: candidate(5).hash)) { try store.record(evaluation(5, score: 1)) }
    }

    @Test func theSchemaRefusesNonsenseAndKeepsNothingOfIt() throws {
        let store = try scratch.create()
        var nonsense = evaluation(0, score: .nan)
        #expect(throws: InvalidRecord.self) { try store.record(nonsense, of: candidate(0)) }
        nonsense = evaluation(0, score: 1)
        nonsense.accuracy = 1.5
        #expect(throws: InvalidRecord.self) { try store.record(nonsense, of: candidate(0)) }
        #expect(try store.candidates().isEmpty)
    }

    @Test func workersWriteAtOnce() throws {
        let store = try scratch.create()
        DispatchQueue.concurrentPerform(iterations: 40) { number in
            try! store.record(evaluation(number, score: Double(number)), of: candidate(number))
        }
        #expect(try store.ranking(proxy: "curriculum").map(\.parameters) == (0..<40).reversed())
    }
}
