import Basics
import RankStatistics

/// Fewer resamples than reports use, but enough for these tests.
let quick = Bootstrap(resamples: 200)

/// Pairs whose scores equal the accuracies plus Gaussian-like noise, with a baseline of pure noise.
func pairs(_ count: Int, noise: Double, seed: UInt64) -> [CorrelationPair] {
    var generator = SeededGenerator(seed: seed)
    func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) } }
    return (0..<count).map { number in
        let quality = normal()
        return CorrelationPair(
            hash: hash(number), score: quality + noise * normal(), accuracy: 0.5 + quality / 100, baselines: ["macs": normal()])
    }
}

/// A hash for a number. Hashes and numbers have the same order.
func hash(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
