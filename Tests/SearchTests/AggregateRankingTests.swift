import Foundation
import GTN
import RankStatistics
import ResultStore
import Testing

@testable import Search

/// Rankings by an aggregate, which are computed from the evaluations of its members and from known accuracies.
@Suite final class AggregateRankingTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "aggregates-\(UUID().uuidString)")
    private let store: ResultStore
    private let members: [Scoring] = [.curriculum(), .cost(.macs), .untrained(.jacobianCovariance), .untrained(.expressivity)]
    private static let covariances: [Double?] = [4, 2, 9, 1, 7, nil, 5, 8, 12, 10, 11, 3]
    private static let curriculum: [Double] = [-3, -2, -4, -1, -7, -6, -5, -8, -9, -12, -10, -11]

    init() throws {
        store = try ResultStore.create(
            at: directory,
            run: RunRecord(
                command: "test", seed: 0, budgetSeconds: nil, spaceName: "s", spaceHash: "0", spaceText: "space s", dataset: "d",
                versions: [:], device: "cpu", machine: "m"))
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// Sums in another order differ in the last digits.
    private func isClose(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) < 1e-12 } ?? false }

    private func recordAll() throws {
        for number in Self.covariances.indices {
            var evaluation = Evaluation(score: Self.curriculum[number], seconds: 1)
            evaluation.others = [
                Self.covariances[number].map { OtherScore(scoring: "jacob_cov", score: $0, seconds: 0.5) }
                    ?? OtherScore(scoring: "jacob_cov", failure: "undefined", seconds: 0.5),
                OtherScore(scoring: "expressivity", score: Double(number), seconds: 0.25),
            ]
            try store.record(
                EvaluationRecord(hash: candidate(number).hash, scoring: "curriculum", seed: 0, outcome: .success(evaluation)),
                of: candidate(number), proposal: number)
        }
    }

    private func aggregate(accuracies: [Double?]? = nil) throws -> RankAggregate {
        let values: [[Double?]] = [
            Self.curriculum, Self.covariances.indices.map { Double(candidate($0).macs) }, Self.covariances, (0..<12).map { Double($0) },
        ]
        return try #require(
            RankAggregate(
                zip(members, values).map { RankAggregate.Member($0.name, $1, prior: $0.weightInAggregates) }, accuracies: accuracies))
    }

    @Test func ranksByAllMembers() throws {
        try recordAll()
        let ranking = try #require(try AggregateRanking(members, store))
        let expected = try aggregate()
        #expect(ranking.rows.map(\.rank) == Array(1...12))
        for row in ranking.rows {
            let number = try #require(Self.covariances.indices.first { candidate($0).hash == row.candidate.hash })
            #expect(isClose(row.evaluation.score, expected.scores[number]))
            #expect(
                row.scores == [
                    "curriculum": Self.curriculum[number], "macs": Double(row.candidate.macs), "jacob_cov": Self.covariances[number],
                    "expressivity": Double(number),
                ])
            #expect(row.evaluation.seconds == 1.75)
        }
        #expect(zip(ranking.rows, expected.scores.sorted(by: >)).allSatisfy { isClose($0.evaluation.score, $1) })
        #expect(
            ranking.beliefs.map(\.name) == ["curriculum", "macs", "jacob_cov", "expressivity"]
                && ranking.beliefs.allSatisfy { !$0.isFitted })
        #expect(zip(ranking.beliefs, expected.weights).allSatisfy { isClose($0.weight, $1) })
        #expect(try store.ranking(.aggregate(members), top: 3) == Array(ranking.rows.prefix(3)))
    }

    @Test func weightsAreFittedToTheOtherValidations() throws {
        try recordAll()
        let accuracies: [Double?] = Self.covariances.indices.map { $0 < 10 ? 0.5 + 0.01 * Double($0) : nil }
        for (number, accuracy) in accuracies.enumerated() {
            guard let accuracy else { continue }
            try store.record(
                ValidationRecord(
                    hash: candidate(number).hash, Validation(accuracy: accuracy, loss: 1, epochs: 1, images: 100, seconds: 1, seed: 1)))
        }
        let ranking = try #require(try AggregateRanking(members, store))
        let expected = try aggregate(accuracies: accuracies)
        #expect(expected.isFitted && ranking.beliefs.allSatisfy(\.isFitted))
        #expect(zip(ranking.beliefs, expected.weights).allSatisfy { isClose($0.weight, $1) })
        for number in Self.covariances.indices {
            #expect(isClose(ranking.crossFitted[candidate(number).hash], expected.crossFitted[number]))
        }
    }

    /// References have no rank. Their accuracies come before the run's own, because both cannot be compared.
    @Test func referencesShapeTheWeights() throws {
        try recordAll()
        let references = (100..<110).map { Reference(candidate: candidate($0), accuracy: 0.9 - 0.001 * Double($0)) }
        try store.record(references: references)
        #expect(try #require(try AggregateRanking(members, store)).beliefs.allSatisfy { !$0.isFitted })
        for (number, reference) in references.enumerated() {
            try store.record(
                scores: ["curriculum": -Double(number), "jacob_cov": number == 3 ? nil : Double(number), "expressivity": 1],
                ofReference: reference.candidate.hash)
        }
        #expect(try store.references().count == 10 && store.references().allSatisfy(\.isScored))
        let ranking = try #require(try AggregateRanking(members, store))
        #expect(ranking.rows.count == 12 && ranking.beliefs.allSatisfy(\.isFitted))
        #expect(try store.references().first { $0.candidate == candidate(103) }?.scores["jacob_cov"] == .some(nil))
    }

    /// Before a teacher is ready, untrained scores give a first ranking.
    @Test func ranksByUntrainedScoresBeforeAnyTraining() throws {
        for number in 0..<4 {
            try store.record(
                EvaluationRecord(
                    hash: candidate(number).hash, scoring: "jacob_cov", seed: 0,
                    outcome: .success(Evaluation(score: Double(number), seconds: 0))),
                of: candidate(number), proposal: number)
        }
        let ranking = try #require(try AggregateRanking(members, store))
        #expect(ranking.rows.count == 4 && ranking.rows.allSatisfy { $0.scores?["curriculum"] == .some(nil) })
        // Recording the training later keeps the scores that are known.
        try recordAll()
        #expect(try store.scores(.untrained(.jacobianCovariance))[candidate(2).hash] == 2)
    }

    /// A proposer that learns sees the same scores as the ranking.
    @Test func proposersLearnTheScoresOfTheRanking() throws {
        var history = AggregateHistory(members)
        var scores: [String: Double] = [:]
        for number in Self.covariances.indices {
            var evaluation = Evaluation(score: Self.curriculum[number], seconds: 1)
            evaluation.others = [OtherScore(scoring: "expressivity", score: Double(number), seconds: 0)]
            if let score = Self.covariances[number] { evaluation.others.append(OtherScore(scoring: "jacob_cov", score: score, seconds: 0)) }
            scores = history.scores(adding: evaluation, of: candidate(number))
        }
        let expected = try aggregate()
        for number in Self.covariances.indices { #expect(isClose(scores[candidate(number).hash], expected.scores[number])) }
    }
}
