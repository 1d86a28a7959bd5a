import Basics
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct KMeansTests {
    /// Three distant clouds: the centers are their means for every initialization.
    @Test(arguments: 0..<4)
    func findsTheMeansOfFarClouds(seed: UInt64) {
        let clouds: [[(Float, Float)]] = [[(0, 0), (0, 2)], [(100, 0), (102, 0), (101, 3)], [(0, 200), (4, 200)]]
        let points = Tensor(clouds.flatMap { $0 }.flatMap { [$0.0, $0.1] }, shape: [7, 2])
        var found: Set<[Double]> = []
        // Starting with two points of one cloud can end in a local minimum, so the best of a few starts is taken.
        var best = Double.infinity
        for attempt in 0..<10 {
            var random = SeededGenerator(seed: seed * 100 + UInt64(attempt))
            let centers = KMeans(points, clusters: 3, using: &random).centers
            let nearest = KMeans.nearest(points, centers).scalars(Int64.self).map(Int.init)
            let distance = (points - centers.gathered(nearest)).power(2).sum().item
            guard distance < best else { continue }
            best = distance
            found = Set((0..<3).map { centers[$0].doubles })
        }
        #expect(found == [[0, 1], [101, 1], [2, 200]])
    }

    @Test func asManyClustersAsPointsAreThePoints() {
        let points = Tensor([0, 1, 5, 5, 9, 2] as [Float], shape: [3, 2])
        var random = SeededGenerator(seed: 1)
        let centers = KMeans(points, clusters: 3, using: &random).centers
        #expect(Set((0..<3).map { centers[$0].doubles }) == [[0, 1], [5, 5], [9, 2]])
    }

    @Test func nearestIsByEuclideanDistance() {
        let centers = Tensor([0, 0, 10, 0, 0, 3] as [Float], shape: [3, 2])
        let points = Tensor([4, 0, 6, 0, 0, 1.4, 0, 1.6] as [Float], shape: [4, 2])
        #expect(KMeans.nearest(points, centers).scalars(Int64.self) == [0, 1, 0, 2])
    }
}
