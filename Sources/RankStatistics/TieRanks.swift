/// Values reduced to what rank statistics need: equal values share a level, and levels are numbered upward from 0.
///
/// Levels are found once; the ranks of every bootstrap resample then come from counting, without sorting again.
struct TieRanks: Sendable {
    let levels: [Int]
    let levelCount: Int

    /// nil when a value is not a number, which has no rank.
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

    /// How many of the chosen items are on each level.
    func counts(of items: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: levelCount)
        for item in items { counts[levels[item]] += 1 }
        return counts
    }

    /// The ranks of the chosen items among themselves, from 1; ties get the average of the ranks they share.
    func averageRanks(of items: [Int]) -> [Double] {
        var below = 0
        let rankOfLevel = counts(of: items).map { count in
            defer { below += count }
            return Double(below) + Double(count + 1) / 2
        }
        return items.map { rankOfLevel[levels[$0]] }
    }
}
