import Tensors

/// The generator of Generative Teaching Networks (Such et al., 2020, section 3.1 and appendix), which turns noise and a one-hot label into
/// an image.
///
///     [noise, label] → linear → norm → leaky ReLU → linear → norm → leaky ReLU, as channels × h/4 × w/4
///     → twice as large → conv 3×3 → norm → leaky ReLU → twice as large → conv 3×3 → 2 tanh
///
/// Sides that are not multiples of four are cropped from the next multiple. Batch norms use the statistics of the given batch.
public struct Generator: Sendable, Hashable {
    /// Sizes of the layers.
    public struct Sizes: Sendable, Hashable, Codable {
        public var noise: Int
        public var hidden: Int
        public var channels: Int
        public var lastChannels: Int
        /// Whether a separate linear map from the noise to an image is added to the output of the other layers.
        public var linearPath: Bool

        public init(noise: Int = 128, hidden: Int = 1024, channels: Int = 128, lastChannels: Int = 64, linearPath: Bool = false) {
            self.noise = noise
            self.hidden = hidden
            self.channels = channels
            self.lastChannels = lastChannels
            self.linearPath = linearPath
        }

        /// Older files lack `linearPath`; it is then false.
        public init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                noise: try values.decode(Int.self, forKey: .noise), hidden: try values.decode(Int.self, forKey: .hidden),
                channels: try values.decode(Int.self, forKey: .channels), lastChannels: try values.decode(Int.self, forKey: .lastChannels),
                linearPath: try values.decodeIfPresent(Bool.self, forKey: .linearPath) ?? false)
        }

        /// The sizes of the paper, for 28 × 28 images.
        public static let paper = Sizes()
        /// A quarter of the paper's cost, for budgets of minutes.
        public static let standard = Sizes(noise: 128, hidden: 512, channels: 64, lastChannels: 32)
        /// A quarter of the standard cost. In long curricula, a larger generator would cost more than the learners.
        public static let small = Sizes(noise: 128, hidden: 256, channels: 32, lastChannels: 16)
    }

    static let slope = 0.1
    static let epsilon = 1e-5

    public let sizes: Sizes
    public let classes: Int
    /// Channels, height and width of an image.
    public let image: [Int]

    public init(sizes: Sizes, classes: Int, image: [Int]) {
        self.sizes = sizes
        self.classes = classes
        self.image = image
    }

    private var side: (height: Int, width: Int) { ((image[1] + 3) / 4, (image[2] + 3) / 4) }

    private var pixels: Int { image.reduce(1, *) }

    /// Multiply-accumulates for one image, for the layers listed above.
    public var macs: Int {
        let places = side.height * side.width
        return (sizes.noise + classes) * sizes.hidden + sizes.hidden * sizes.channels * places
            + 9 * sizes.channels * sizes.lastChannels * 4 * places + 9 * sizes.lastChannels * image[0] * 16 * places
            + (sizes.linearPath ? sizes.noise * pixels : 0)
    }

    /// Returns fresh weights by name: normal with He's variance, norms with scale 1 and shift 0.
    public func initialWeights(using generator: TensorGenerator) -> [(name: String, value: Tensor)] {
        let features = sizes.channels * side.height * side.width
        func weight(_ name: String, _ shape: [Int]) -> (String, Tensor) {
            (name, generator.normal(shape) * (2 / Double(shape.dropFirst().reduce(1, *))).squareRoot())
        }
        func norm(_ name: String, _ width: Int) -> [(String, Tensor)] {
            [("\(name).weight", Tensor.ones([width])), ("\(name).bias", Tensor.zeros([width]))]
        }
        return [weight("linear1.weight", [sizes.hidden, sizes.noise + classes])] + norm("norm1", sizes.hidden)
            + [weight("linear2.weight", [features, sizes.hidden])] + norm("norm2", features)
            + [weight("conv1.weight", [sizes.lastChannels, sizes.channels, 3, 3])] + norm("norm3", sizes.lastChannels)
            + [weight("conv2.weight", [image[0], sizes.lastChannels, 3, 3]), ("conv2.bias", Tensor.zeros([image[0]]))]
            + (sizes.linearPath ? [("linear.weight", Tensor.zeros([sizes.noise, pixels])), ("linear.bias", Tensor.zeros([pixels]))] : [])
    }

    /// Returns images [n, channels, height, width] for noise [n, noise] and labels [n, classes].
    public func images(noise: Tensor, labels: Tensor, weights: [Tensor]) -> Tensor {
        func activated(_ x: Tensor, _ norm: Int) -> Tensor {
            x.batchNorm(scale: weights[norm], shift: weights[norm + 1], epsilon: Self.epsilon).leakyReLU(slope: Self.slope)
        }
        func vectors(_ x: Tensor, _ weight: Int) -> Tensor {
            let y = x.matmul(weights[weight].permuted([1, 0]))
            return activated(y.reshaped(y.shape + [1, 1]), weight + 1).reshaped(y.shape)
        }
        let features = vectors(vectors(Tensor.concatenated([noise, labels], axis: 1), 0), 3)
            .reshaped([-1, sizes.channels, side.height, side.width])
        let middle = activated(features.upsampledConvolution(weights[6]), 7)
        let last = middle.upsampledConvolution(weights[9]) + weights[10].reshaped([1, -1, 1, 1])
        let drawn = (last.tanh() * 2).slice(0..<image[1], axis: 2).slice(0..<image[2], axis: 3)
        guard sizes.linearPath else { return drawn }
        return drawn + (noise.matmul(weights[11]) + weights[12].reshaped([1, -1])).reshaped([-1] + image)
    }
}
