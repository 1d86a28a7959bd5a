import Tensors
import Testing

@Suite struct ReductionTests {
    private let x = Tensor.of([1, 5, 3, 4, 2, 6], [2, 3])

    @Test func overAll() {
        #expect(x.sum().shape == [])
        #expect(x.sum().item == 21)
        #expect(x.mean().item == 3.5)
        #expect(x.max().item == 6)
    }

    @Test func overAxes() {
        expect(x.sum([0]), [3], [5, 7, 9])
        expect(x.mean([1]), [2], [3, 4])
        expect(x.max([1]), [2], [5, 6])
        expect(x.sum([1], keepAxes: true), [2, 1], [9, 12])
        expect(Tensor.ones([2, 3, 4]).sum([0, 2]), [3], [8, 8, 8])
    }

    @Test func positionOfTheLargest() {
        #expect(x.argmax(1).type == .int64)
        expect(x.argmax(1), [2], [1, 2])
        expect(x.argmax(0), [3], [1, 0, 1])
    }

    @Test func dot() { #expect(Tensor.of([1, 2, 3]).dot(.of([4, -5, 6])).item == 12) }

    @Test func derivatives() {
        DerivativeCheck(shapes: [[2, 3]]) { ($0[0] * $0[0]).sum([0]) }.expectBothOrders()
        DerivativeCheck(shapes: [[2, 3]]) { $0[0].power(3).mean([1], keepAxes: true) }.expectBothOrders()
        DerivativeCheck(shapes: [[4], [4]]) { $0[0].dot($0[1]) }.expectBothOrders()
    }
}
