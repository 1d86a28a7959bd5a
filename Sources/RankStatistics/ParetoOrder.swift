/// The order of candidates by score and cost in NSGA-II: by front, then by crowding distance.
///
/// The first front has all points that no other point dominates. The next front is found among the rest in the same way. A point dominates
/// another if it is at least as good in both and better in one. The crowding distance of a point is the sum, over score and cost, of the
/// distance between its neighbors in its front, divided by the front's range. It is infinite at both ends.
///
/// Source: Deb et al., "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002, sections III.A and III.B.
public struct ParetoOrder {
    /// A candidate's score, higher is better, and cost, lower is better.
    public struct Point: Hashable, Sendable {
        public var score: Double
        public var cost: Double

        public init(score: Double, cost: Double) { (self.score, self.cost) = (score, cost) }

        func dominates(_ other: Point) -> Bool {
            score >= other.score && cost <= other.cost && self != other
        }
    }

    /// The front of each point, from 0.
    public let fronts: [Int]
    /// The crowding distance of each point.
    public let distances: [Double]
    /// The place of each point, from 0 for the best; all different.
    public let places: [Int]

    /// - Parameters:
    ///   - points: the points.
    ///   - hashes: one for each point. They break ties, ascending.
    public init(_ points: [Point], hashes: [String]) {
        let fronts = Self.fronts(of: points)
        let distances = Self.distances(points, fronts, hashes)
        var places = [Int](repeating: 0, count: points.count)
        let order = points.indices.sorted { a, b in
            (fronts[a], -distances[a], hashes[a]) < (fronts[b], -distances[b], hashes[b])
        }
        for (place, index) in order.enumerated() { places[index] = place }
        (self.fronts, self.distances, self.places) = (fronts, distances, places)
    }

    private static func fronts(of points: [Point]) -> [Int] {
        var fronts = [Int](repeating: 0, count: points.count)
        var rest = Array(points.indices)
        var front = 0
        while !rest.isEmpty {
            let best = rest.filter { index in !rest.contains { points[$0].dominates(points[index]) } }
            for index in best { fronts[index] = front }
            let placed = Set(best)
            rest.removeAll { placed.contains($0) }
            front += 1
        }
        return fronts
    }

    private static func distances(_ points: [Point], _ fronts: [Int], _ hashes: [String]) -> [Double] {
        var distances = [Double](repeating: 0, count: points.count)
        for front in 0...(fronts.max() ?? 0) {
            let members = points.indices.filter { fronts[$0] == front }
            for value in [\Point.score, \Point.cost] {
                let sorted = members.sorted { (points[$0][keyPath: value], hashes[$0]) < (points[$1][keyPath: value], hashes[$1]) }
                guard let first = sorted.first, let last = sorted.last else { continue }
                let range = points[last][keyPath: value] - points[first][keyPath: value]
                (distances[first], distances[last]) = (.infinity, .infinity)
                guard range > 0 else { continue }
                for (before, (middle, after)) in zip(sorted, zip(sorted.dropFirst(), sorted.dropFirst(2))) {
                    distances[middle] += (points[after][keyPath: value] - points[before][keyPath: value]) / range
                }
            }
        }
        return distances
    }
}
