@testable import RankStatistics
import Testing

struct BootstrapTests {
    private let x = (0..<30).map { Double($0 * 37 % 101) }
    private var y: [Double] { x.indices.map { x[$0] / 4 + Double($0 * 53 % 29) } }

    @Test func intervalAgreesWithScipy() throws {
        // scipy 1.17.1, bootstrap((x, y), spearmanr, paired=True, method='percentile', n_resamples=9999): over three seeds
        // ρ .49 to .90, τ .42 to .79.
        let (a, b) = (try #require(TieRanks(x)), try #require(TieRanks(y)))
        let rho = try #require(Bootstrap().estimate(pairs: 30) { spearman(a, b, of: $0) })
        #expect(abs(rho.value - 0.7446051167964404) < 1e-12)
        #expect(abs(rho.low - 0.492) < 0.03 && abs(rho.high - 0.902) < 0.02)
        let tau = try #require(Bootstrap().estimate(pairs: 30) { kendallTauB(a, b, of: $0) })
        #expect(abs(tau.value - 0.6229885057471265) < 1e-12)
        #expect(abs(tau.low - 0.420) < 0.03 && abs(tau.high - 0.795) < 0.02)
    }

    @Test func sameSeedSameInterval() {
        let mean: ([Int]) -> Double? = { $0.reduce(0) { $0 + Double($1).squareRoot() } / Double($0.count) }
        #expect(Bootstrap(seed: 1).estimate(pairs: 9, mean) == Bootstrap(seed: 1).estimate(pairs: 9, mean))
        #expect(Bootstrap(seed: 1).estimate(pairs: 9, mean) != Bootstrap(seed: 2).estimate(pairs: 9, mean))
    }

    @Test func leavesOutUndefinedResamples() throws {
        let estimate = Bootstrap(resamples: 200).estimate(pairs: 4) { Set($0).count > 2 ? 1 : nil }
        #expect(estimate == Estimate(value: 1, low: 1, high: 1))
        #expect(Bootstrap().estimate(pairs: 4) { _ in nil } == nil)
    }
}
