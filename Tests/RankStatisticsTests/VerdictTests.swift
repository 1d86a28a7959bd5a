@testable import RankStatistics
import Testing

struct VerdictTests {
    private func verdicts(_ count: Int, noise: Double) -> [Verdict] {
        (0..<100).map { seed in
            let all = pairs(count, noise: noise, seed: UInt64(seed))
            let (scores, accuracies) = (all.map(\.score), all.map(\.accuracy))
            let (x, y) = (TieRanks(scores)!, TieRanks(accuracies)!)
            return Verdict(
                pairs: count, correlation: quick.estimate(pairs: count) { spearman(x, y, of: $0) },
                lead: BaselineLead(
                    scores: scores, accuracies: accuracies, baselines: ["macs": all.map { $0.baselines["macs"]! }], bootstrap: quick))
        }
    }

    @Test func strongProxiesAreTrusted() {
        // Noise of 0.7 makes ρ about 0.8.
        #expect(verdicts(60, noise: 0.7).count { $0 == .trusted } >= 90)
    }

    @Test func noiseIsWorthless() {
        #expect(verdicts(60, noise: 1_000).count { $0 == .worthless } >= 95)
    }

    @Test func fewPairsAreNeverTrusted() {
        let perfect = Estimate(value: 1, low: 1, high: 1)
        #expect(Verdict(pairs: 7, correlation: perfect, lead: nil) == .worthless)
        #expect(Verdict(pairs: 8, correlation: perfect, lead: nil) == .trusted)
    }

    @Test func anIntervalThatTouchesZeroIsWorthless() {
        #expect(Verdict(pairs: 20, correlation: Estimate(value: 0.3, low: 0, high: 0.6), lead: nil) == .worthless)
    }
}
