import Tensors
import Testing

@testable import GTN

@Suite struct PolynomialDecayAverageTests {
    private func average(of values: [Double], power: Double) -> Double {
        var average = [Tensor.full(99, [], type: .float64)]
        for (index, value) in values.enumerated() {
            average = polynomialDecayAverage(average, [Tensor.full(value, [], type: .float64)], count: index + 1, power: power)
        }
        return average[0].item
    }

    @Test func powerZeroIsTheMean() {
        #expect(abs(average(of: [1, 2, 6], power: 0) - 3) < 1e-12)
    }

    /// With power 1, sₙ = 2 / (n + 1), and iterate k of n weighs 2k / (n (n + 1)). For 1, 2, 6 by hand: (1·1 + 2·2 + 3·6) / 6.
    @Test func powerOneWeighsByPosition() {
        #expect(abs(average(of: [1, 2, 6], power: 1) - 23.0 / 6) < 1e-12)
    }

    @Test func aLargePowerFavorsTheLast() {
        #expect(abs(average(of: [1, 2, 6], power: 1e9) - 6) < 1e-6)
    }
}
