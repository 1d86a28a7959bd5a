import Basics
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct PrincipalDirectionsTests {
    private static func directions() -> Tensor {
        var random = SeededGenerator(seed: 3)
        return Fixtures.fashionMNIST.principalDirections(using: &random)
    }

    @Test func areOrthogonalAndOfMeanLengthOne() {
        let directions = Self.directions()
        let product = directions.permuted([1, 0]).matmul(directions).doubles
        let lengths = (0..<784).map { product[$0 * 785] }
        #expect(abs(lengths.mean - 1) < 1e-4)
        let largest = lengths.max()!
        let off = product.enumerated().filter { $0.offset % 785 != 0 }.map { abs($0.element) }.max()!
        #expect(off < 1e-4 * largest)
    }

    /// The first components of Fashion-MNIST have most of its variance: 10 have 72 % (scikit-learn's PCA: 71.9 % on all raw images).
    @Test func firstComponentsHaveTheVariance() {
        let directions = Self.directions()
        let lengths = (directions * directions).sum([0]).doubles
        let share = lengths.suffix(10).reduce(0, +) / lengths.reduce(0, +)
        #expect(abs(share - 0.72) < 0.03)
    }
}
