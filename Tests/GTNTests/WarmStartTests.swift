import Basics
import SearchSpace
import Tensors
import Testing

@testable import GTN

@Suite struct WarmStartTests {
    private static func warmStart(linearPath: Bool = false) -> WarmStart {
        let task = Fixtures.fashionMNIST
        var random = SeededGenerator(seed: 1)
        let (images, labels) = task.evenBatches(steps: 3, batch: 20, using: &random)
        var sizes = Generator.Sizes(noise: 16, hidden: 64, channels: 16, lastChannels: 8)
        sizes.linearPath = linearPath
        let generator = Generator(
            sizes: sizes, classes: task.classes, image: task.imageShape)
        return WarmStart(generator, labels: labels, targets: images)
    }

    @Test func noiseStartsAsWhitenedComponents() {
        let noise = Self.warmStart().principalComponents(using: TensorGenerator(seed: 2)).reshaped([60, 16])
        let covariance = noise.permuted([1, 0]).matmul(noise) / 60
        let identity = Tensor((0..<256).map { Float($0 % 17 == 0 ? 1 : 0) }, shape: [16, 16])
        #expect((covariance - identity).magnitude().max().item < 1e-2)
    }

    /// A linear path starts as the projection on the principal components: the error is the variance of the other components.
    @Test func aLinearPathStartsAsTheProjection() {
        let start = Self.warmStart(linearPath: true)
        let flat = start.targets.reshaped([60, -1])
        let centered = flat - flat.mean([0], keepAxes: true)
        let variances = centered.matmul(centered.permuted([1, 0])).symmetricEigenvectors().values.doubles.sorted(by: >)
        let lacking = variances.dropFirst(16).reduce(0, +) / Double(flat.count)
        let (weights, noise) = start.beginning(using: TensorGenerator(seed: 2))
        let errors = (0..<3).map { step in
            (start.generator.images(noise: noise[step], labels: start.labels[step], weights: weights.map(\.value)) - start.targets[step])
                .power(2).mean().item
        }
        #expect(abs(errors.reduce(0, +) / 3 - lacking) < 1e-3 * lacking)
    }

    @Test func imagesApproachTheirTargets() {
        let errors = Self.warmStart().fit(using: TensorGenerator(seed: 2), passes: 30).errors
        #expect(errors.count == 30)
        #expect(errors.last! < 0.5 * errors.first!)
    }
}
