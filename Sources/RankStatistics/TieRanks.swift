/// Values reduced to levels for rank statistics. Equal values share a level, and levels are numbered upward from 0.
///
/// Sorting happens once. The ranks of every bootstrap resample then come from counting.
struct TieRanks: Sendable {
    let levels: [Int]
    let levelCount: Int

    /// - Returns: nil if a value is NaN, because NaN has no rank.
    init?(_ values: [Double]) {
        guard !values.contains(where: \.isNaN) else { return nil }
        var levels = [Int](repeating: 0, count: values.count)
        var level = -1
        var previous: Double?
        for index in values.indices.sorted(by: { values[$0] < values[$1] }) {
            if values[index] != previous { level += 1 }
            previous = values[index]
            levels[index] = level
        }
        self.levels = levels
        levelCount = level + 1
    }

    /// The number of chosen items on each level.
    func counts(of items: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: levelCount)
        for item in items { counts[levels[item]] += 1 }
        return counts
    }

    /// The ranks of the chosen items among themselves, from 1. Ties share their average rank.
    func averageRanks(of items: [Int]) -> [Double] {
        var below = 0
        let rankOfLevel = counts(of: items).map { count in
            defer { below += count }
            return Double(below) + Double(count + 1) / 2
        }
        return items.map { rankOfLevel[levels[$0]] }
    }
}

extension TieRanks {
    /// The average ranks of all items, scaled to mean 0 and variance 1; nil if all values are equal.
    var standardized: [Double]? { levelCount > 1 ? averageRanks(of: Array(levels.indices)).standardized : nil }
}

extension [Double] {
    /// The mean; NaN without values.
    var mean: Double { reduce(0, +) / Double(count) }

    /// The values, scaled to mean 0 and variance 1. They must not all be equal.
    var standardized: [Double] {
        let mean = mean
        let deviation = map { ($0 - mean) * ($0 - mean) }.mean.squareRoot()
        return map { ($0 - mean) / deviation }
    }
}
