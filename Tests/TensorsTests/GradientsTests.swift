import Foundation
import Tensors
import Testing

@Suite struct GradientsTests {
    /// The derivatives of x³ are 3x² and 6x.
    @Test func firstAndSecondDerivativesByHand() {
        let x = Tensor.of([2, -3]).leaf
        let first = gradients(of: x.power(3).sum(), with: [x], createGraph: true)[0]
        expect(first, [2], [12, 27])
        expect(gradients(of: first.sum(), with: [x])[0], [2], [12, -18])
    }

    @Test func cotangentsWeightOutputs() {
        let x = Tensor.of([1, 2]).leaf
        let result = gradients(of: [x * 2, x * x], cotangents: [.of([1, 10]), .of([100, 1000])], with: [x])
        expect(result[0]!, [2], [202, 4020])
    }

    @Test func independentInputsHaveNoGradient() {
        let (x, y) = (Tensor.of([1]).leaf, Tensor.of([2, 3]).leaf)
        #expect(gradients(of: [x.sum()], with: [x, y], retainGraph: true)[1] == nil)
        expect(gradients(of: (x * 2).sum(), with: [x, y])[1], [2], [0, 0])
    }

    @Test func aRetainedGraphCanBeReused() {
        let x = Tensor.of([3]).leaf
        let y = (x * x).sum()
        for _ in 0..<2 { expect(gradients(of: [y], with: [x], retainGraph: true)[0]!, [1], [6]) }
    }

    @Test func detachedTensorsEndTheGraph() {
        let x = Tensor.of([3]).leaf
        #expect(!(x * x).detached.requiresGradients)
        expect(gradients(of: (x * x.detached).sum(), with: [x])[0], [1], [3])
    }

    @Test func aLeafStartsANewGraph() {
        let x = Tensor.of([3]).leaf
        let y = (x * x).leaf
        let z = (y * 5).sum()
        #expect(gradients(of: [z], with: [x, y])[0] == nil)
    }

    @Test func modeIsSetAndRestored() {
        let x = Tensor.of([1]).leaf
        #expect((x * 2).requiresGradients)
        withoutGradients {
            #expect(!(x * 2).requiresGradients)
            withGradients { #expect((x * 2).requiresGradients) }
            #expect(!(x * 2).requiresGradients)
        }
        #expect((x * 2).requiresGradients)
    }

    @Test func modeIsRestoredAfterAnError() {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try withoutGradients { throw Failure() } }
        #expect((Tensor.of([1]).leaf * 2).requiresGradients)
    }

    /// A worker that stops recording must not stop it for other workers.
    @Test func modeIsPerThread() {
        withoutGradients {
            let recorded = onAnotherThread { (Tensor.of([1]).leaf * 2).requiresGradients }
            #expect(recorded)
        }
        let recorded = onAnotherThread { withoutGradients { (Tensor.of([1]).leaf * 2).requiresGradients } }
        #expect(!recorded)
        #expect((Tensor.of([1]).leaf * 2).requiresGradients)
    }

    private func onAnotherThread(_ body: @escaping @Sendable () -> Bool) -> Bool {
        nonisolated(unsafe) var result = false
        let finished = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            result = body()
            finished.signal()
        }
        finished.wait()
        return result
    }
}
