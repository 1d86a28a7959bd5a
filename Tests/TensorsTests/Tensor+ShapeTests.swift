import Tensors
import Testing

@Suite struct ShapeTests {
    private let x = Tensor.of([0, 1, 2, 3, 4, 5], [2, 3])

    @Test func reshape() {
        expect(x.reshaped([3, 2]), [3, 2], [0, 1, 2, 3, 4, 5])
        #expect(x.reshaped([-1]).shape == [6])
    }

    @Test func permute() { expect(x.permuted([1, 0]), [3, 2], [0, 3, 1, 4, 2, 5]) }

    @Test func expand() { expect(Tensor.of([1, 2], [2, 1]).expanded([2, 3]), [2, 3], [1, 1, 1, 2, 2, 2]) }

    @Test func slice() {
        expect(x.slice(1..<2), [1, 3], [3, 4, 5])
        expect(x.slice(1..<3, axis: 1), [2, 2], [1, 2, 4, 5])
        expect(x[1], [3], [3, 4, 5])
    }

    @Test func gather() {
        expect(x.gathered([1, 0, 1]), [3, 3], [3, 4, 5, 0, 1, 2, 3, 4, 5])
        expect(x.gathered([2, 0], axis: 1), [2, 2], [2, 0, 5, 3])
    }

    @Test func split() {
        let parts = Tensor.of([1, 2, 3, 4, 5]).split([2, 0, 3])
        #expect(parts.map(\.shape) == [[2], [0], [3]])
        expect(parts[2], [3], [3, 4, 5])
    }

    @Test func concatenateAndStack() {
        expect(.concatenated([x, x], axis: 1), [2, 6], [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5])
        expect(.stacked([.of([1, 2]), .of([3, 4])]), [2, 2], [1, 2, 3, 4])
    }

    @Test func flip() { expect(x.flipped(axis: 1), [2, 3], [2, 1, 0, 5, 4, 3]) }

    @Test func select() {
        expect(Tensor.of([1, -1]).isLess(than: .of([0, 0])).select(.of([10, 20]), .of([30, 40])), [2], [30, 20])
    }

    /// Repeated rows sum their gradients.
    @Test func derivatives() {
        DerivativeCheck(shapes: [[3, 2]]) { values in
            let rows = values[0].gathered([2, 0, 2])
            let parts = rows.split([1, 2])
            return Tensor.concatenated([parts[1], parts[0].flipped(axis: 1)]).permuted([1, 0]).power(2)
        }.expectBothOrders()
        DerivativeCheck(shapes: [[2, 1], [2]]) { Tensor.stacked([$0[0].expanded([2, 3])[1], $0[1].slice(0..<1).expanded([3])]).exp() }
            .expectBothOrders()
    }
}
