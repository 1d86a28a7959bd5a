/// The accuracy lost by a pick under a cap on cost, averaged over all caps, in percentage points.
///
/// The caps are the distinct costs with at least ten candidates at or below. Under each cap, the regret of a pick is the highest accuracy
/// of the candidates at or below it, minus the pick's. The pick of a score is the candidate with the highest, and hashes break ties.
public struct RegretUnderCaps: Sendable, Hashable, Codable {
    /// Minimum number of candidates under a cap.
    public static let minimumCandidates = 10

    /// Of the proxy's pick.
    public var proxy: Estimate
    /// Of the candidate with the highest cost under the cap: the mean over those of equal cost.
    public var largest: Estimate
    /// Of a random candidate under the cap: the mean over all.
    public var random: Estimate
    /// Of each baseline's pick, by name.
    public var baselines: [String: Estimate]

    /// - Returns: nil with fewer than ten candidates.
    init?(
        scores: [Double], costs: [Double], accuracies: [Double], baselines: [String: [Double]], hashes: [String],
        minimumCandidates: Int = minimumCandidates, bootstrap: Bootstrap
    ) {
        let names = baselines.keys.sorted()
        let picks = PicksUnderCaps(
            scores: [scores] + names.map { baselines[$0]! }, costs: costs, accuracies: accuracies, hashes: hashes,
            minimumCandidates: minimumCandidates)
        let samples = bootstrap.samples(pairs: costs.count) { picks.meanRegrets($0) }
        guard let proxy = samples.estimate({ $0[2] }), let largest = samples.estimate({ $0[0] }), let random = samples.estimate({ $0[1] })
        else { return nil }
        (self.proxy, self.largest, self.random) = (proxy, largest, random)
        self.baselines = Dictionary(
            uniqueKeysWithValues: names.indices.compactMap { index in samples.estimate { $0[index + 3] }.map { (names[index], $0) } })
    }
}

/// The regrets of picks under one cap, in percentage points.
public struct RegretAtCap: Sendable, Hashable {
    /// The highest cost that fits.
    public var cap: Double
    /// Of the candidate with the highest score.
    public var proxy: Double
    /// Of the candidates with the highest cost, on average.
    public var largest: Double
    /// Of all candidates that fit, on average.
    public var random: Double

    /// Returns the regrets at every cap, ascending.
    /// - Parameters:
    ///   - scores: The score of each candidate.
    ///   - costs: Its cost.
    ///   - accuracies: Its accuracy, as a fraction of 1.
    ///   - hashes: Its hash; hashes break ties of scores.
    public static func curve(scores: [Double], costs: [Double], accuracies: [Double], hashes: [String]) -> [RegretAtCap] {
        var curve: [RegretAtCap] = []
        let picks = PicksUnderCaps(
            scores: [scores], costs: costs, accuracies: accuracies, hashes: hashes, minimumCandidates: RegretUnderCaps.minimumCandidates)
        picks.forEachCap(of: Array(costs.indices)) { cap, best, largest, random, picked in
            curve.append(
                .init(cap: cap, proxy: 100 * (best - picked[0]), largest: 100 * (best - largest), random: 100 * (best - random)))
        }
        return curve
    }
}

/// Picks under all caps in one pass through the candidates in order of cost.
private struct PicksUnderCaps {
    /// Indices of the candidates in order of cost.
    private let byCost: [Int]
    private let costs: [Double]
    private let accuracies: [Double]
    /// For each score, the place of each candidate in its ranking, from 0.
    private let places: [[Int]]
    private let minimumCandidates: Int

    init(scores: [[Double]], costs: [Double], accuracies: [Double], hashes: [String], minimumCandidates: Int) {
        self.minimumCandidates = minimumCandidates
        byCost = costs.indices.sorted { costs[$0] < costs[$1] }
        (self.costs, self.accuracies) = (costs, accuracies)
        places = scores.map { scores in
            var places = [Int](repeating: 0, count: scores.count)
            for (place, index) in Ranking.order(scores: scores, hashes: hashes).enumerated() { places[index] = place }
            return places
        }
    }

    /// The mean regrets over all caps: of the largest, of a random one, and of each score's pick. All are nil without a cap.
    func meanRegrets(_ items: [Int]) -> [Double?] {
        var caps = 0.0
        var sums = [Double](repeating: 0, count: places.count + 2)
        forEachCap(of: items) { _, best, largest, random, picked in
            caps += 1
            sums[0] += best - largest
            sums[1] += best - random
            for score in picked.indices { sums[score + 2] += best - picked[score] }
        }
        return sums.map { caps > 0 ? 100 * $0 / caps : nil }
    }

    /// Calls the function with each cap and the accuracies of the best candidate, the largest, a random one, and each score's pick.
    func forEachCap(of items: [Int], _ body: (Double, Double, Double, Double, [Double]) -> Void) {
        var weights = [Int](repeating: 0, count: costs.count)
        for item in items { weights[item] += 1 }
        var (count, sum, best) = (0, 0.0, -Double.infinity)
        var (firstPlaces, picked) = (places.map { _ in Int.max }, places.map { _ in 0.0 })
        var start = 0
        while start < byCost.count {
            let cap = costs[byCost[start]]
            var (equal, equalSum) = (0, 0.0)
            while start < byCost.count, case let index = byCost[start], costs[index] == cap {
                start += 1
                guard weights[index] > 0 else { continue }
                equal += weights[index]
                equalSum += Double(weights[index]) * accuracies[index]
                best = max(best, accuracies[index])
                for score in places.indices where places[score][index] < firstPlaces[score] {
                    firstPlaces[score] = places[score][index]
                    picked[score] = accuracies[index]
                }
            }
            guard equal > 0 else { continue }
            count += equal
            sum += equalSum
            if count >= minimumCandidates { body(cap, best, equalSum / Double(equal), sum / Double(count), picked) }
        }
    }
}
