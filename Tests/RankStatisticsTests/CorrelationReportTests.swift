import Foundation
@testable import RankStatistics
import Testing

struct CorrelationReportTests {
    @Test func undefinedIsNullInJSON() throws {
        let report = CorrelationReport([CorrelationPair(hash: "a", score: 1, accuracy: 0.5)])
        #expect(report.verdict == .worthless)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(report), as: UTF8.self) == """
                {"at_equal_cost":null,"baselines":{},"kendall":{"all":null,"top10":null,"top50":null},"lead":null,\
                "missing_baselines":{},"pairs":1,"spearman":{"all":null,"top10":null,"top50":null},"top_k_regret":null,\
                "verdict":"worthless","verdict_at_equal_cost":null}
                """)
    }

    @Test func roundTripsThroughJSON() throws {
        let pairs = pairs(12, noise: 0.5, seed: 1).enumerated().map { index, pair in
            var pair = pair
            pair.cost = Double(100 + index)
            return pair
        }
        let report = CorrelationReport(pairs, bootstrap: quick)
        #expect(report.atEqualCost?.cost == "macs")
        #expect(report.atEqualCost?.proxy.concordance != nil)
        #expect(report.atEqualCost?.regretUnderCaps?.baselines["macs"] != nil)
        #expect(try JSONDecoder().decode(CorrelationReport.self, from: JSONEncoder().encode(report)) == report)
    }

    @Test func noPairsAreWorthless() {
        #expect(CorrelationReport([]).verdict == .worthless)
    }

    @Test func topSubsetsAreTheBestByScore() throws {
        // The top half in perfect order, the rest reversed.
        let accuracies = [0.9, 0.8, 0.7, 0.6, 0.1, 0.2, 0.3, 0.4]
        let report = CorrelationReport(
            accuracies.enumerated().map { CorrelationPair(hash: "\($0)", score: -Double($0), accuracy: $1) }, bootstrap: quick)
        #expect(try #require(report.proxy.spearman.top50).value == 1)
        #expect(try #require(report.proxy.spearman.all).value < 1)
        #expect(report.proxy.spearman.top10 == nil)
    }

    @Test func regretIsTheLossOfTheTopTenth() throws {
        let report = CorrelationReport(
            (0..<20).map { CorrelationPair(hash: "\($0)", score: Double($0), accuracy: $0 == 0 ? 0.9 : 0.5 + Double($0) / 100) },
            bootstrap: quick)
        #expect(abs(try #require(report.proxy.topKRegret).value - (0.9 - 0.69)) < 1e-12)
    }

    @Test func incompleteBaselinesAreLeftOut() {
        var all = pairs(10, noise: 0.1, seed: 3)
        all[4].baselines["synflow"] = 2
        let report = CorrelationReport(all, bootstrap: quick)
        #expect(report.baselines.keys.sorted() == ["macs"])
        #expect(report.missing == ["synflow": 9])
    }

    @Test func baselineEqualToTheProxyMakesItWeak() {
        var all = pairs(40, noise: 0.3, seed: 3)
        for index in all.indices { all[index].baselines["parameters"] = all[index].score }
        let report = CorrelationReport(all, bootstrap: quick)
        #expect(report.lead == BaselineLead(baseline: "parameters", difference: Estimate(value: 0, low: 0, high: 0)))
        #expect(report.verdict == .weak)
    }

    @Test func constantBaselinesAreNotCompared() {
        var all = pairs(40, noise: 0.3, seed: 3)
        for index in all.indices { all[index].baselines = ["parameters": 1] }
        let report = CorrelationReport(all, bootstrap: quick)
        #expect(report.lead == nil)
        #expect(report.verdict == .trusted)
    }

    @Test func aReversedRankingIsWorthless() {
        let all = pairs(40, noise: 0.3, seed: 3).map { CorrelationPair(hash: $0.hash, score: -$0.score, accuracy: $0.accuracy) }
        #expect(CorrelationReport(all, bootstrap: quick).verdict == .worthless)
    }
}
