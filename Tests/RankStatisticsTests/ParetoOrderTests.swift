import Testing

@testable import RankStatistics

@Suite struct ParetoOrderTests {
    private func order(_ points: [(score: Double, cost: Double)]) -> ParetoOrder {
        ParetoOrder(points.map { .init(score: $0.score, cost: $0.cost) }, hashes: points.indices.map { "\($0)" })
    }

    /// Fronts and distances by hand, from the definitions in Deb et al., sections III.A and III.B.
    @Test func frontsAndCrowdingDistances() {
        let order = order([(1, 1), (5, 2), (6, 4), (9, 11), (4, 3), (3, 3), (0, 12)])
        #expect(order.fronts == [0, 0, 0, 0, 1, 2, 3])
        // Inside the first front, the range of scores is 8 and that of costs 10.
        #expect(order.distances == [.infinity, 5.0 / 8 + 3.0 / 10, 4.0 / 8 + 9.0 / 10, .infinity, .infinity, .infinity, .infinity])
        #expect(order.places == [0, 3, 2, 1, 4, 5, 6])
    }

    @Test func equalPointsShareAFront() {
        let order = order([(2, 2), (2, 2), (2, 3), (1, 2)])
        #expect(order.fronts == [0, 0, 1, 1])
        #expect(Set(order.places) == [0, 1, 2, 3])
    }

    @Test func noPoints() { #expect(order([]).places.isEmpty) }
}
