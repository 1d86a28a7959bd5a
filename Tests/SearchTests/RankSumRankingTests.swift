import Foundation
import ResultStore
import Testing

@testable import Search

/// Rankings by rank sums, which are computed from the evaluations of other scorings.
@Suite final class RankSumRankingTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "ranks-\(UUID().uuidString)")
    private let store: ResultStore

    init() throws {
        store = try ResultStore.create(
            at: directory,
            run: RunRecord(
                command: "test", seed: 0, budgetSeconds: nil, spaceName: "s", spaceHash: "0", spaceText: "space s", dataset: "d",
                versions: [:],
                device: "cpu", machine: "m"))
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private func record(_ scores: [Double], _ scoring: Scoring) throws {
        for (number, score) in scores.enumerated() {
            try store.record(
                EvaluationRecord(
                    hash: candidate(number).hash, scoring: scoring.description, seed: 0,
                    outcome: .success(Evaluation(score: score, seconds: 1))),
                of: candidate(number), proposal: number)
        }
    }

    /// By hand, with n = 4: ranks are 1.5, 3, 1.5, 4 by score (ties share one) and 1, 2, 3, 4 by parameters. A score is their sum over 8.
    @Test func blendIsTheMeanOfRanksByScoreAndByParameters() throws {
        try record([1, 3, 1, 9], .curriculum())
        let blend = Scoring.rankSum([.curriculum(), .cost(.parameters)])
        let ranking = try store.ranking(blend)
        #expect(ranking.map(\.candidate.hash) == [3, 1, 2, 0].map { candidate($0).hash })
        #expect(ranking.map(\.evaluation.score) == [1, 0.625, 0.5625, 0.3125])
        #expect(ranking.map(\.rank) == [1, 2, 3, 4])
        #expect(try store.ranking(blend, top: 2) == Array(ranking.prefix(2)))
        #expect(try store.scores(blend)[candidate(2).hash] == 0.5625)
    }

    /// A rank sum needs a score by every member. Each training has a separate blend.
    @Test func ranksOnlyCandidatesScoredByAllMembers() throws {
        try record([1, 3, 1, 9], .curriculum())
        try record([0, -1], .untrained(.nwot))
        #expect(try store.ranking(.rankSum([.curriculum(), .untrained(.nwot)])).map(\.evaluation.score) == [0.75, 0.75])
        #expect(try store.ranking(.rankSum([.realImages(RealImagesScoring(.steps(100))), .cost(.macs)])).isEmpty)
    }
}
