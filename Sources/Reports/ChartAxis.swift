import Foundation

/// One axis of a chart: its range, its ticks and their labels.
struct ChartAxis {
    let low: Double
    let high: Double
    let ticks: [Double]
    private let isLogarithmic: Bool
    private let step: Double

    /// An axis over the range of the values plus a margin of 4 % on each side, with about `count` ticks at round numbers.
    ///
    /// - Parameter isLogarithmic: whether the axis is logarithmic, for positive values; ticks are at 1, 2 and 5 times powers of ten.
    init(_ values: [Double], count: Int = 5, isLogarithmic: Bool = false) {
        self.isLogarithmic = isLogarithmic
        let mapped = isLogarithmic ? values.map { log10(max($0, .leastNormalMagnitude)) } : values
        var (least, most) = (mapped.min() ?? 0, mapped.max() ?? 1)
        if most - least < 1e-9 * max(1, abs(least)) { (least, most) = (least - 0.5, most + 0.5) }
        let room = 0.04 * (most - least)
        let range = least - room...most + room
        (low, high) = (range.lowerBound, range.upperBound)
        if isLogarithmic {
            step = 0
            let all = (Int(range.lowerBound.rounded(.down))...Int(range.upperBound.rounded(.up))).flatMap { power in
                [1.0, 2, 5].map { $0 * pow(10, Double(power)) }
            }
            ticks = all.filter { range.contains(log10($0)) }
        } else {
            let raw = (high - low) / Double(count)
            let magnitude = pow(10, floor(log10(raw)))
            let step = [1.0, 2, 2.5, 5, 10].map { $0 * magnitude }.first { $0 >= raw }!
            self.step = step
            ticks = Array(stride(from: (low / step).rounded(.up) * step, through: high, by: step))
        }
    }

    /// The position of a value: 0 at the low end, 1 at the high end.
    func place(_ value: Double) -> Double { ((isLogarithmic ? log10(max(value, .leastNormalMagnitude)) : value) - low) / (high - low) }

    func text(_ tick: Double) -> String {
        if isLogarithmic || abs(tick) >= 10_000 {
            if tick >= 1e6 { return Self.short(tick / 1e6) + "M" }
            if tick >= 1e3 { return Self.short(tick / 1e3) + "k" }
            return Self.short(tick)
        }
        let decimals = max(0, min(6, Int(-floor(log10(step) + 1e-9))))
        // Steps of 2.5 need one more digit.
        let needed = abs((step * pow(10, Double(decimals))).rounded() - step * pow(10, Double(decimals))) > 1e-6 ? decimals + 1 : decimals
        return String(format: "%.\(needed)f", tick == 0 ? 0 : tick)
    }

    private static func short(_ value: Double) -> String { String(format: "%g", (value * 1000).rounded() / 1000) }
}
