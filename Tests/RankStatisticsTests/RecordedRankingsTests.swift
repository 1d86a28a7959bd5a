import Foundation
@testable import RankStatistics
import Testing

/// The rankings recorded in Results/rankings, at equal numbers of parameters.
struct RecordedRankingsTests {
    /// Values by NumPy and SciPy (Scripts/check-equal-cost).
    struct Expected: Sendable {
        let record: String
        let partial: Double
        let concordance: Double
        let pairs: Int
        /// Regrets of the score, of the largest that fits, and of a random candidate that fits.
        let regrets: [Double]
        /// The same with caps from eight candidates on.
        var regretsFromEight: [Double] = []
    }

    private struct Record: Decodable {
        struct Candidate: Decodable {
            let architecture: String
            let score: Double
            let parameters: Double
            let real: Double
        }
        let candidates: [Candidate]
    }

    @Test(arguments: [
        Expected(
            record: "nas-bench-201-report-claims-fitted-16", partial: 0.789_966, concordance: 0.837_751, pairs: 10_527,
            regrets: [0.458_000, 1.836_461, 5.450_231], regretsFromEight: [0.436, 2.509, 5.951]),
        Expected(
            record: "nas-bench-201-report-claims-jacob_cov", partial: 0.627_617, concordance: 0.778_189, pairs: 10_527,
            regrets: [2.123_750, 1.836_461, 5.450_231]),
        Expected(
            record: "nas-bench-201-report-claims-synflow", partial: 0.229_557, concordance: 0.624_204, pairs: 10_527,
            regrets: [1.589_417, 1.836_461, 5.450_231]),
        Expected(
            record: "fashion-claims-shipped", partial: 0.724_133, concordance: 0.775_120, pairs: 209,
            regrets: [0.325_217, 0.530_028, 2.149_544], regretsFromEight: [0.340, 0.538, 2.125]),
        Expected(
            record: "fashion-claims-real-2000", partial: 0.734_695, concordance: 0.775_120, pairs: 209,
            regrets: [0.139_565, 0.530_028, 2.149_544]),
        Expected(
            record: "fashion-claims-synflow", partial: 0.209_435, concordance: 0.612_440, pairs: 209,
            regrets: [0.875_217, 0.530_028, 2.149_544]),
    ]) func equalAnIndependentComputation(_ expected: Expected) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Results/rankings/\(expected.record).json")
        let candidates = try JSONDecoder().decode(Record.self, from: Data(contentsOf: file)).candidates
        let (scores, costs) = (candidates.map(\.score), candidates.map(\.parameters))
        // Records are in percent.
        let (accuracies, names) = (candidates.map { $0.real / 100 }, candidates.map(\.architecture))
        let report = EqualCostReport(
            cost: "parameters", costs: costs, scores: scores, accuracies: accuracies, baselines: [:], hashes: names,
            bootstrap: Bootstrap(resamples: 2))
        #expect(abs(try #require(report.proxy.partialSpearman).value - expected.partial) < 1e-6)
        #expect(abs(try #require(report.proxy.concordance).value - expected.concordance) < 1e-6)
        #expect(report.proxy.concordance?.pairs == expected.pairs)
        func regrets(from minimum: Int) throws -> [Double] {
            let found = try #require(
                RegretUnderCaps(
                    scores: scores, costs: costs, accuracies: accuracies, baselines: [:], hashes: names, minimumCandidates: minimum,
                    bootstrap: Bootstrap(resamples: 2)))
            return [found.proxy.value, found.largest.value, found.random.value]
        }
        for (found, value) in zip(try regrets(from: RegretUnderCaps.minimumCandidates), expected.regrets) {
            #expect(abs(found - value) < 1e-6)
        }
        for (found, value) in zip(try regrets(from: 8), expected.regretsFromEight) { #expect(abs(found - value) < 6e-4) }
    }
}
