import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct WarmStartTests {
    private static func warmStart() -> WarmStart {
        let task = Fixtures.fashionMNIST
        var random = SeededGenerator(seed: 1)
        let (images, labels) = task.evenBatches(steps: 3, batch: 20, using: &random)
        let generator = Generator(
            sizes: .init(noise: 16, hidden: 64, channels: 16, lastChannels: 8), classes: task.classes, image: task.imageShape)
        return WarmStart(generator, labels: labels, targets: images)
    }

    @Test func noiseStartsAsWhitenedComponents() {
        let noise = Self.warmStart().principalComponents(using: TensorGenerator(seed: 2)).reshaped([60, 16])
        let covariance = noise.permuted([1, 0]).matmul(noise) / 60
        let identity = Tensor((0..<256).map { Float($0 % 17 == 0 ? 1 : 0) }, shape: [16, 16])
        #expect((covariance - identity).magnitude().max().item < 1e-2)
    }

    @Test func imagesComeToResembleTheirTargets() {
        let errors = Self.warmStart().fit(using: TensorGenerator(seed: 2), passes: 30).errors
        #expect(errors.count == 30)
        #expect(errors.last! < 0.5 * errors.first!)
    }
}
