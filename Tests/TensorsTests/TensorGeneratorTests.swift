import Tensors
import Testing

@Suite struct TensorGeneratorTests {
    @Test func aSeedDeterminesTheSequence() {
        let (a, b, c) = (TensorGenerator(seed: 7), TensorGenerator(seed: 7), TensorGenerator(seed: 8))
        let first = a.normal([100]).bytes
        #expect(first == b.normal([100]).bytes)
        #expect(first != c.normal([100]).bytes)
        #expect(first != a.normal([100]).bytes)
    }

    @Test func continuesFromAStoredState() {
        let generator = TensorGenerator(seed: 1)
        _ = generator.normal([37])
        let state = TensorSnapshot(generator.state)
        let expected = generator.uniform([50]).bytes
        let other = TensorGenerator(seed: 999)
        other.state = state.tensor()
        #expect(other.uniform([50]).bytes == expected)
    }

    /// Means and variances are within five standard errors.
    @Test func moments() {
        let generator = TensorGenerator(seed: 2)
        let root = 200.0
        let normal = generator.normal([40_000], type: .float64)
        let (mean, square) = (normal.mean().item, (normal * normal).mean().item)
        #expect(abs(mean) < 5 / root)
        #expect(abs(square - 1) < 5 * 1.42 / root)
        let uniform = generator.uniform([40_000], type: .float64)
        let center = uniform.mean().item
        #expect(abs(center - 0.5) < 5 * 0.289 / root)
        #expect(uniform.doubles.allSatisfy { $0 >= 0 && $0 < 1 })
    }

    @Test func aPermutationContainsEachIndexOnce() {
        let order = TensorGenerator(seed: 3).permutation(1000).scalars(Int64.self)
        #expect(order != Array(0..<1000))
        #expect(order.sorted() == Array(0..<1000))
    }
}
