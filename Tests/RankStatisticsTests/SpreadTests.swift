import RankStatistics
import Testing

@Suite struct SpreadTests {
    /// numpy 2: np.mean(x), np.std(x, ddof=1) of x = [0.2, 0.35, 0.9, 0.5, 0.41].
    @Test func equalsNumpy() throws {
        let spread = try #require(Spread([0.2, 0.35, 0.9, 0.5, 0.41]))
        #expect(abs(spread.mean - 0.472) < 1e-15)
        #expect(abs(spread.standardDeviation - 0.2630019011338131) < 1e-15)
    }

    @Test func oneNumberHasNoSpread() { #expect(Spread([0.7])?.standardDeviation == 0) }
    @Test func anEmptyListHasNoSpread() { #expect(Spread([]) == nil) }
}
