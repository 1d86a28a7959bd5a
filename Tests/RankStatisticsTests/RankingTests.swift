@testable import RankStatistics
import Testing

struct RankingTests {
    /// By hand: with 0, 4 and 9 taken, the widest gap is 4 to 9 with middle 6. Then come 0 to 4 (2), 6 to 9 (7) and 0 to 2 (1).
    @Test func gapsAreFilledInTheMiddle() {
        #expect(Ranking.fillingGaps(4, chosen: [0, 4, 9], of: 10) == [6, 2, 7, 1])
        #expect(Ranking.fillingGaps(1, chosen: [], of: 5) == [2])
        #expect(Ranking.fillingGaps(3, chosen: [0, 1], of: 3) == [2])
        #expect(Ranking.fillingGaps(3, chosen: [0, 1, 2], of: 3).isEmpty)
        #expect(Ranking.fillingGaps(2, chosen: [], of: 0).isEmpty)
        #expect(Set(Ranking.fillingGaps(100, chosen: [3, 7], of: 20)) == Set(0..<20).subtracting([3, 7]))
    }

    @Test func sortsByScoreThenHash() {
        #expect(Ranking.order(scores: [1, 2, 1], hashes: ["c", "b", "a"]) == [1, 2, 0])
    }

    @Test func spreadContainsFirstAndLast() {
        #expect(Ranking.spread(3, of: 11) == [0, 5, 10])
        #expect(Ranking.spread(2, of: 40) == [0, 39])
        #expect(Ranking.spread(1, of: 40) == [0])
        #expect(Ranking.spread(0, of: 40) == [])
        #expect(Ranking.spread(9, of: 4) == [0, 1, 2, 3])
        #expect(Ranking.spread(1, of: 0) == [])
    }

    @Test func spreadIsDistinctAndEven() {
        for count in 2...60 {
            for n in 2...count {
                let places = Ranking.spread(n, of: count)
                #expect(places.first == 0 && places.last == count - 1 && places.count == n)
                let gaps = Set(zip(places, places.dropFirst()).map { $1 - $0 })
                #expect(gaps.min()! > 0 && gaps.max()! - gaps.min()! <= 1)
            }
        }
    }

    @Test func topFractionsRoundUp() {
        #expect(TopFraction.half.count(of: 7) == 4)
        #expect(TopFraction.tenth.count(of: 11) == 2)
        #expect(TopFraction.all.count(of: 11) == 11)
    }

    @Test func topFractionBreaksTiesByHash() {
        #expect(TopFraction.half.indices(scores: [1, 1, 1, 2], hashes: ["c", "b", "a", "d"]) == [3, 2])
    }

    @Test func costsFallAlongTheFront() {
        #expect(Ranking.front(costs: [3.0, 3.0, 2.5, 4.0, 0.5, 0.5]) == [0, 2, 4])
        #expect(Ranking.front(costs: [1, 2, 3]) == [0])
        #expect(Ranking.front(costs: [Int]()).isEmpty)
    }
}
