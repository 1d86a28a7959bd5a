import Basics
import Tensors

/// A fit of a generator to real images before meta-training. Without it, a small budget is spent on learning to produce images at all.
///
/// Every image of the curriculum has a real image of its class as its target. Noise starts as the whitened principal components of the
/// targets, so that neighbors in noise are neighbors in pixels. Weights and noise are then fitted by mean squared error.
public struct WarmStart {
    public let generator: Generator
    /// The one-hot labels: [T, B, classes].
    public let labels: Tensor
    /// The normalized target images: [T, B, channels, height, width].
    public let targets: Tensor

    public init(_ generator: Generator, labels: Tensor, targets: Tensor) {
        self.generator = generator
        self.labels = labels
        self.targets = targets
    }

    public struct Result {
        public var weights: [(name: String, value: Tensor)]
        public var noise: Tensor
        /// Mean squared error of each pass.
        public var errors: [Double]
    }

    /// Makes up to `passes` passes over all targets until `clock` reads `limit` seconds, with one Adam step per inner step's images.
    ///
    /// The learning rate falls along a cosine that ends with the passes or the time, whichever comes first.
    public func fit(
        using random: TensorGenerator, learningRate: Double = 2e-3, passes: Int, until limit: Double = .infinity,
        clock: Stopwatch = Stopwatch(), shouldStop: () -> Bool = { false }, onPass: (Int, Double) -> Void = { _, _ in }
    ) -> Result {
        let started = clock.seconds
        var (weights, noise) = beginning(using: random)
        let steps = targets.shape[0]
        let count = weights.count
        var adam = Adam(weights.map(\.value), rates: [Double](repeating: learningRate, count: count))
        var noiseAdams = noise.map { Adam([$0], rates: [learningRate * 10]) }
        var errors: [Double] = []
        for pass in 0..<passes {
            let progress = max(Double(pass) / Double(passes), (clock.seconds - started) / (limit - started))
            if progress >= 1 || shouldStop() { break }
            let factor = cosineDecay(progress, floor: 0.05)
            var total = 0.0
            for step in 0..<steps {
                let leaves = weights.map(\.value.leaf) + [noise[step].leaf]
                let images = generator.images(noise: leaves[count], labels: labels[step], weights: Array(leaves[..<count]))
                let error = (images - targets[step]).power(2).mean()
                total += error.item
                let slopes = gradients(of: error, with: leaves)
                let next = adam.step(weights.map(\.value), Array(slopes[..<count]), factor: factor)
                for index in weights.indices { weights[index].value = next[index] }
                noise[step] = noiseAdams[step].step([noise[step]], [slopes[count]], factor: factor)[0]
            }
            errors.append(total / Double(steps))
            onPass(pass, errors[pass])
        }
        return Result(weights: weights, noise: Tensor.stacked(noise), errors: errors)
    }

    /// Returns the weights and each step's noise before the fit.
    func beginning(using random: TensorGenerator) -> (weights: [(name: String, value: Tensor)], noise: [Tensor]) {
        var weights = generator.initialWeights(using: random)
        let noise = principalComponents(using: random)
        if generator.sizes.linearPath { setLinearPath(of: &weights, noise: noise) }
        return (weights, (0..<targets.shape[0]).map { noise[$0] })
    }

    /// Initializes a linear path as the least-squares map from noise to targets. The noise coordinates are uncorrelated with variance 1.
    /// The other layers initially add nothing.
    private func setLinearPath(of weights: inout [(name: String, value: Tensor)], noise: Tensor) {
        let count = targets.shape[0] * targets.shape[1]
        let flat = targets.reshaped([count, -1])
        let mean = flat.mean([0], keepAxes: true)
        weights[9].value = weights[9].value * 0
        weights[11].value = noise.reshaped([count, -1]).permuted([1, 0]).matmul(flat - mean) / Double(count)
        weights[12].value = mean.reshaped([-1])
    }

    /// Returns the coordinates of the targets along their principal components, each with variance 1: [T, B, noise]. If there are fewer
    /// components than noise coordinates, the rest are random.
    func principalComponents(using random: TensorGenerator) -> Tensor {
        let (steps, batch) = (targets.shape[0], targets.shape[1])
        let count = steps * batch
        let flat = targets.reshaped([count, -1])
        let centered = flat - flat.mean([0], keepAxes: true)
        let features = centered.shape[1]
        let wanted = min(generator.sizes.noise, features, count - 1)
        let coordinates: Tensor
        if features <= count {
            let vectors = centered.permuted([1, 0]).matmul(centered).symmetricEigenvectors().vectors
            coordinates = centered.matmul(vectors.slice(features - wanted..<features, axis: 1))
        } else {
            let (values, vectors) = centered.matmul(centered.permuted([1, 0])).symmetricEigenvectors()
            let last = count - wanted..<count
            coordinates = vectors.slice(last, axis: 1) * values.slice(last).clamped(0, .infinity).squareRoot()
        }
        let deviation = (coordinates * coordinates).mean([0], keepAxes: true).squareRoot() + 1e-6
        let whitened = coordinates / deviation
        let missing = generator.sizes.noise - wanted
        let noise = missing == 0 ? whitened : Tensor.concatenated([whitened, random.normal([count, missing])], axis: 1)
        return noise.reshaped([steps, batch, generator.sizes.noise])
    }
}
