import Tensors
import Testing

@Suite struct CreationTests {
    @Test func copiesScalarsOfEveryType() {
        #expect(Tensor([1.5, -2] as [Float]).scalars(Float.self) == [1.5, -2])
        #expect(Tensor([0.1, 1e300]).scalars(Double.self) == [0.1, 1e300])
        #expect(Tensor([.max, -1] as [Int64]).scalars(Int64.self) == [.max, -1])
        #expect(Tensor([0, 255] as [UInt8]).scalars(UInt8.self) == [0, 255])
    }

    @Test func copiesBytes() {
        let tensor = Tensor(copying: [0, 0, 128, 63, 0, 0, 0, 64] as [UInt8], type: .float32, shape: [2, 1])
        #expect(tensor.scalars(Float.self) == [1, 2])
        #expect(tensor.bytes == [0, 0, 128, 63, 0, 0, 0, 64])
    }

    @Test func aScalarHasNoAxes() {
        let scalar = Tensor([42.0], shape: [])
        #expect(scalar.shape == [] && scalar.rank == 0 && scalar.count == 1 && scalar.item == 42)
    }

    @Test func emptyTensorsAreAllowed() {
        let empty = Tensor([Float](), shape: [0, 3])
        #expect(empty.shape == [0, 3] && empty.count == 0 && empty.scalars(Float.self).isEmpty)
    }

    @Test func fills() {
        expect(Tensor.full(2.5, [2, 2]), [2, 2], [2.5, 2.5, 2.5, 2.5])
        expect(Tensor.zeros([2], type: .float64), [2], [0, 0])
        expect(Tensor.ones([1, 2], type: .int64), [1, 2], [1, 1])
        #expect(Tensor.zeros([1]).type == .float32)
        expect(.range(4), [4], [0, 1, 2, 3])
        #expect(Tensor.range(4).type == .int64)
    }

    @Test func oneHot() {
        let rows = Tensor([2, 0] as [Int64]).oneHot(classes: 3)
        #expect(rows.type == .float32)
        expect(rows, [2, 3], [0, 0, 1, 1, 0, 0])
    }

    @Test func converts() {
        let tensor = Tensor.of([1.75, -2])
        #expect(tensor.to(.float32).type == .float32)
        expect(tensor.to(.int64), [2], [1, -2])
        expect(tensor.to(.bool), [2], [1, 1])
        #expect(tensor.to(.float64) === tensor)
        #expect(tensor.to(.cpu) === tensor)
    }

    @Test func conversionPropagatesGradients() {
        let x = Tensor([1, 2] as [Float]).leaf
        expect(gradients(of: (x.to(.float64) * 3).sum(), with: [x])[0], [2], [3, 3])
    }

    /// Elements are read in row-major order even if memory has another order.
    @Test func readsTransposedTensors() {
        #expect(Tensor.of([1, 2, 3, 4, 5, 6], [2, 3]).permuted([1, 0]).scalars(Double.self) == [1, 4, 2, 5, 3, 6])
    }
}

@Suite struct TensorMemoryTests {
    @Test func readsElementsInPlace() {
        let tensor = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
        #expect(tensor.withBytes { Array($0.bindMemory(to: Float.self)) } == [1, 2, 3, 4, 5, 6])
        // A view that is not row-major in memory is copied first.
        #expect(tensor.permuted([1, 0]).withBytes { Array($0.bindMemory(to: Float.self)) } == [1, 4, 2, 5, 3, 6])
    }

    @Test func writesElementsInPlace() {
        let tensor = Tensor.written([2, 2], type: .float64) { bytes in
            for (index, value) in [1.5, 2.5, 3.5, 4.5].enumerated() { bytes.bindMemory(to: Double.self)[index] = value }
        }
        #expect(tensor.shape == [2, 2])
        #expect(tensor.doubles == [1.5, 2.5, 3.5, 4.5])
    }
}
