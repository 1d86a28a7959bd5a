import Basics
import RankStatistics

/// Fewer resamples than reports use: enough for what tests ask.
let quick = Bootstrap(resamples: 200)

/// Scores that follow the accuracies up to Gaussian-like noise, and a baseline that is noise alone.
func pairs(_ count: Int, noise: Double, seed: UInt64) -> [CorrelationPair] {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) } }
    return (0..<count).map { number in
        let quality = normal()
        return CorrelationPair(
            hash: hash(number), score: quality + noise * normal(), accuracy: 0.5 + quality / 100, baselines: ["macs": normal()])
    }
}

/// Hashes whose order is that of the numbers.
func hash(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
