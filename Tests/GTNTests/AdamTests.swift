import Tensors
import Testing

@testable import GTN

@Suite struct AdamTests {
    /// Reference: torch.optim.Adam (PyTorch 2.13), lr 0.1, betas (0.9, 0.999), five steps on x² from x = 1.
    @Test func equalsPyTorch() {
        let expected = [0.9000000005, 0.8004122287, 0.7015862729, 0.6039390606, 0.5079636593]
        var x = [Tensor([1.0])]
        var adam = Adam(x, rates: [0.1])
        for value in expected {
            x = adam.step(x, [x[0] * 2], factor: 1)
            #expect(abs(x[0].item - value) < 1e-8)
        }
    }

    /// By hand: gradients 3 and 4 have a mean square of 12.5, and the first Adam step is learning rate · g / √v.
    @Test func tensorScalingKeepsProportions() {
        var adam = Adam([Tensor([0.0, 0.0])], rates: [0.1], scalings: [.tensor])
        let moved = adam.step([Tensor([0.0, 0.0])], [Tensor([3.0, 4.0])], factor: 1)[0].doubles
        #expect(abs(moved[0] + 0.3 / 12.5.squareRoot()) < 1e-8)
        #expect(abs(moved[1] + 0.4 / 12.5.squareRoot()) < 1e-8)
    }

    @Test func factorScalesTheStep() {
        let x = [Tensor([1.0])]
        var full = Adam(x, rates: [0.1])
        var half = Adam(x, rates: [0.1])
        let whole = 1 - full.step(x, x, factor: 1)[0].item
        #expect(abs((1 - half.step(x, x, factor: 0.5)[0].item) - whole / 2) < 1e-12)
    }

    @Test(arguments: [(0.0, 1.0), (0.5, 0.55), (1.0, 0.1), (2.0, 0.1)])
    func cosineFallsToItsFloor(progress: Double, factor: Double) {
        #expect(abs(cosineDecay(progress, floor: 0.1) - factor) < 1e-12)
    }

    @Test func clippingKeepsTheDirection() {
        let clippedTo1 = clipped([Tensor([3.0]), Tensor([4.0])], norm: 1)
        #expect(abs(clippedTo1[0].item - 0.6) < 1e-12)
        #expect(abs(clippedTo1[1].item - 0.8) < 1e-12)
        #expect(clipped([Tensor([3.0])], norm: 5)[0].item == 3)
    }
}
