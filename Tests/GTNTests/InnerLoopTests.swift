import Networks
import Tensors
import Testing

@testable import GTN

@Suite struct InnerLoopTests {
    /// Two steps computed by hand from the network's gradients.
    @Test func followsThePublishedUpdate() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        let curriculum = Fixtures.curriculum(steps: 2, batch: 5)
        let θ0 = Fixtures.initial(network)
        func gradient(_ θ: Tensor, _ step: Int) -> Tensor {
            StepGraph(network, θ, curriculum.images[step], curriculum.labels[step], differentiable: false).gradient
        }
        let (rates, momenta) = (curriculum.learningRate.doubles, curriculum.momentum.doubles)
        let v1 = gradient(θ0, 0)
        let θ1 = θ0 - v1 * rates[0]
        let v2 = v1 * momenta[1] + gradient(θ1, 1)
        let θ2 = θ1 - v2 * rates[1]
        let result = InnerLoop(network).train(θ0, on: curriculum)
        #expect(relativeError([result.parameters], [θ2]) < 1e-14)
        #expect(result.losses.count == 2)
        #expect(result.isComplete)
    }

    @Test func endsEarlyBetweenSteps() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[0])
        var asked = 0
        let result = InnerLoop(network).train(Fixtures.initial(network), on: Fixtures.curriculum(steps: 4, batch: 5)) {
            asked += 1
            return asked == 3
        }
        #expect(!result.isComplete)
        #expect(result.losses.count == 2)
    }

    @Test func sameSeedSameBytes() throws {
        let network = try Fixtures.network(Fixtures.fashionCells[1])
        let curriculum = Fixtures.curriculum(steps: 3, batch: 5).map { $0.to(.float32) }
        func train() -> [UInt8] {
            InnerLoop(network).train(Scorer.initialParameters(network, seed: 7), on: curriculum).parameters.bytes
        }
        #expect(train() == train())
    }
}
