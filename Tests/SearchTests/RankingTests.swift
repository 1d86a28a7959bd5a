@testable import Search
import Testing

struct RankingTests {
    @Test func sortsByScoreThenHash() {
        let ranking = Ranking([result(3, score: 1), result(2, score: 2), result(1, score: 1), result(4, score: .nan)])
        #expect(ranking.candidates.map(\.candidate.parameters) == [2, 1, 3])
        #expect(ranking.candidates.map(\.rank) == [1, 2, 3])
    }

    @Test func spreadHoldsFirstAndLast() {
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

    @Test func forecastIsTheMedian() {
        var forecast = DurationForecast()
        #expect(forecast.expected == nil)
        for seconds in [3.0, 100, 1, 2] { forecast.add(seconds) }
        #expect(forecast.expected == 2.5)
    }
}
