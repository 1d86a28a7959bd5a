import Tensors
import Testing

@Suite struct TensorRowsTests {
    @Test(arguments: [ScalarType.float32, .float64])
    func equalsTheStackOfItsRows(type: ScalarType) {
        let rows = (0..<4).map { TensorGenerator(seed: UInt64($0)).normal([2, 3], type: type) }
        let written = TensorRows(4, of: [2, 3], type: type, device: .cpu)
        for index in [2, 0, 3, 1] { written.set(index, to: rows[index]) }
        #expect(written.tensor.bytes == Tensor.stacked(rows).bytes)
    }

    @Test func unwrittenRowsAreZero() {
        let written = TensorRows(2, of: [2], type: .float64, device: .cpu)
        written.set(1, to: Tensor([3.0, 4.0]))
        #expect(written.tensor.doubles == [0, 0, 3, 4])
    }
}
