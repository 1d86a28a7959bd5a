import Basics
@testable import RankStatistics
import Testing

struct VerdictTests {
    private func verdicts(_ count: Int, noise: Double) -> [Verdict] {
        (0..<100).map { seed in
            let all = pairs(count, noise: noise, seed: UInt64(seed))
            let (scores, accuracies) = (all.map(\.score), all.map(\.accuracy))
            let comparison = BaselineLead.Comparison(
                scores: scores, accuracies: accuracies, baselines: ["macs": all.map { $0.baselines["macs"]! }], bootstrap: quick)
            return Verdict(pairs: count, correlation: comparison.proxy, lead: comparison.smallest)
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

    // MARK: - Under a limit

    private enum Kind {
        /// Scores that have nothing to do with accuracy.
        case shuffled
        /// Scores that follow the cost, as accuracies do, and nothing else; ρ is about 0.85.
        case ofCost
        /// Scores with a partial ρ of about 0.7.
        case informed
    }

    /// The verdicts over all sizes and under a limit for a hundred simulated validations, with a free baseline that follows the cost, too.
    private func verdicts(_ kind: Kind, _ count: Int) -> [(overAll: Verdict, underLimit: Verdict)] {
        (0..<100).map { seed in
            var generator = SeededGenerator(seed: UInt64(seed))
            func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) } }
            var (scores, accuracies, costs, synflow) = ([Double](), [Double](), [Double](), [Double]())
            for _ in 0..<count {
                let (size, rest) = (normal(), normal())
                costs.append(size)
                synflow.append(size + normal())
                accuracies.append(kind == .ofCost ? 2.5 * size + rest : size + rest)
                switch kind {
                case .shuffled: scores.append(normal())
                case .ofCost: scores.append(2.5 * size + normal())
                case .informed: scores.append(size + rest + 0.95 * normal())
                }
            }
            func verdict(given costs: [Double]?, _ baselines: [String: [Double]]) -> Verdict {
                let comparison = BaselineLead.Comparison(
                    scores: scores, accuracies: accuracies, baselines: baselines, given: costs, bootstrap: quick)
                return Verdict(pairs: count, correlation: comparison.proxy, lead: comparison.smallest)
            }
            let baselines = ["synflow": synflow, "macs": costs]
            return (verdict(given: nil, baselines), verdict(given: costs, baselines))
        }
    }

    @Test(arguments: [12, 36, 60]) func shuffledScoresAreWorthlessInBothUses(_ count: Int) {
        let found = verdicts(.shuffled, count)
        #expect(found.count { $0.overAll == .worthless } >= 95)
        #expect(found.count { $0.underLimit == .worthless } >= 95)
    }

    @Test func scoresThatKnowOnlyTheCostAreWorthlessUnderALimit() {
        let found = verdicts(.ofCost, 60)
        #expect(found.count { $0.overAll == .worthless } == 0)
        #expect(found.count { $0.underLimit == .worthless } >= 95)
    }

    @Test func scoresThatKnowMoreAreTrustedUnderALimit() {
        #expect(verdicts(.informed, 60).count { $0.underLimit == .trusted } >= 90)
    }
}
