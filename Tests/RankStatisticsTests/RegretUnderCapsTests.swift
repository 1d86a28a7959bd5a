import Basics
@testable import RankStatistics
import Testing

struct RegretUnderCapsTests {
    /// Eleven candidates at three costs: nine of cost 1, one of cost 2, one of cost 3. The caps are therefore 2 and 3.
    private let costs = [1.0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3]
    private let accuracies = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.8, 0.6, 0.9]
    private let hashes = (0..<11).map { hash($0) }

    @Test func averagesOverCaps() throws {
        // The score picks the candidate of cost 2 under both caps.
        let scores = [0.0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 2]
        let found = try #require(
            RegretUnderCaps(
                scores: scores, costs: costs, accuracies: accuracies, baselines: ["nwot": accuracies], hashes: hashes, bootstrap: quick))
        // 0.8 − 0.6 under 2, 0.9 − 0.6 under 3.
        #expect(abs(found.proxy.value - 25) < 1e-9)
        #expect(abs(found.largest.value - (20 + 0) / 2) < 1e-9)
        #expect(abs(found.random.value - ((80 - 54) + (90 - 630 / 11.0)) / 2) < 1e-9)
        #expect(found.baselines["nwot"]?.value == 0)
        let curve = RegretAtCap.curve(scores: scores, costs: costs, accuracies: accuracies, hashes: hashes)
        #expect(curve.map(\.cap) == [2, 3])
        #expect(abs(curve[0].proxy - 20) < 1e-9 && abs(curve[1].proxy - 30) < 1e-9)
    }

    @Test func hashesBreakTies() throws {
        let curve = RegretAtCap.curve(
            scores: Array(repeating: 1, count: 11), costs: costs, accuracies: accuracies, hashes: hashes.reversed())
        #expect(curve.map { ($0.proxy * 10).rounded() } == [200, 0])
    }

    @Test func largestIsTheMeanOfEquals() throws {
        let curve = RegretAtCap.curve(
            scores: accuracies, costs: Array(repeating: 4, count: 11), accuracies: accuracies, hashes: hashes)
        #expect(curve.count == 1)
        #expect(abs(curve[0].largest - curve[0].random) < 1e-9)
        #expect(curve[0].proxy == 0)
    }

    @Test func isUndefinedForFewCandidates() {
        #expect(
            RegretUnderCaps(
                scores: [1, 2], costs: [1, 2], accuracies: [1, 2], baselines: [:], hashes: ["a", "b"], bootstrap: quick) == nil)
    }

    /// Resamples are computed in one pass; a direct computation of the definition gives the same.
    @Test func equalsADirectComputation() throws {
        var generator = SeededGenerator(seed: 3)
        let costs = (0..<40).map { _ in Double(Int.random(in: 1...8, using: &generator)) }
        let accuracies = costs.map { _ in Double(Int.random(in: 1...20, using: &generator)) / 20 }
        let scores = costs.map { _ in Double(Int.random(in: 1...9, using: &generator)) }
        let hashes = costs.indices.map { hash($0) }
        let curve = RegretAtCap.curve(scores: scores, costs: costs, accuracies: accuracies, hashes: hashes)
        for row in curve {
            let inside = costs.indices.filter { costs[$0] <= row.cap }
            let best = inside.map { accuracies[$0] }.max()!
            let pick = inside.min { (-scores[$0], hashes[$0]) < (-scores[$1], hashes[$1]) }!
            #expect(abs(row.proxy - 100 * (best - accuracies[pick])) < 1e-9)
            #expect(abs(row.random - 100 * (best - inside.reduce(0) { $0 + accuracies[$1] } / Double(inside.count))) < 1e-9)
        }
        #expect(curve.map(\.cap) == Set(costs).sorted().filter { cap in costs.count { $0 <= cap } >= 10 })
    }
}
