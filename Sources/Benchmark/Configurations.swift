import Basics
import Datasets
import Foundation
import GTN
import Networks
import SearchSpace
import Tensors

/// A benchmark configuration: the network, the shape of the data and the amount of work.
struct Configuration {
    var name: String
    var image: FeatureShape
    var channels = 8
    var steps = 16
    var batch = 64
    var isPaperLearner = false

    /// The NAS-Bench-201 cell of every configuration except `d`.
    static let cell = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_1x1~1|nor_conv_3x3~2|"

    static let all: [Configuration] = [
        Configuration(name: "a", image: FeatureShape(1, 28, 28)),
        Configuration(name: "b", image: FeatureShape(3, 32, 32), channels: 16),
        Configuration(name: "c", image: FeatureShape(1, 28, 28), steps: 128),
        Configuration(name: "d", image: FeatureShape(1, 28, 28), steps: 32, batch: 128, isPaperLearner: true),
    ]

    var network: Network {
        get throws {
            if isPaperLearner { return Network(Self.paperLearner, normKind: .meanOnly) }
            let space = try SearchSpace.load(path: "SearchSpaces/nas-bench-201.space")
                .with(settings: [("channels", "\(channels)"), ("cells", "1")]).with(image: image, classes: 10)
            return Network(space.canonicalGraph(of: try space.architecture(Self.cell)))
        }
    }

    /// The learner of Such et al., 2020: convolutions with 64 and 128 channels, each followed by max pooling, and a hidden layer of 256.
    static let paperLearner: LayerGraph = {
        func convolution(_ inputs: Int, _ outputs: Int, _ kernel: Int, _ padding: Int) -> Layer {
            .convolution(
                inputs: inputs, outputs: outputs, kernel: Window(kernel, kernel), stride: 1, padding: Window(padding, padding), dilation: 1,
                groups: 1)
        }
        let layers: [(Layer, FeatureShape)] = [
            (.input, FeatureShape(1, 28, 28)),
            (convolution(1, 64, 3, 1), FeatureShape(64, 28, 28)), (.norm(channels: 64), FeatureShape(64, 28, 28)),
            (.activation(.leakyReLU), FeatureShape(64, 28, 28)),
            (.maxPool(kernel: Window(2, 2), stride: 2, padding: Window(0, 0)), FeatureShape(64, 14, 14)),
            (convolution(64, 128, 3, 1), FeatureShape(128, 14, 14)), (.norm(channels: 128), FeatureShape(128, 14, 14)),
            (.activation(.leakyReLU), FeatureShape(128, 14, 14)),
            (.maxPool(kernel: Window(2, 2), stride: 2, padding: Window(0, 0)), FeatureShape(128, 7, 7)),
            (convolution(128, 256, 7, 0), FeatureShape(256, 1, 1)), (.norm(channels: 256), FeatureShape(256, 1, 1)),
            (.activation(.leakyReLU), FeatureShape(256, 1, 1)), (.linear(inputs: 256, outputs: 10), FeatureShape(10, 1, 1)),
        ]
        let nodes = layers.enumerated().map { index, layer in
            LayerGraph.Node(layer.0, inputs: index == 0 ? [] : [index - 1], output: layer.1, name: "layer\(index)")
        }
        return LayerGraph(nodes: nodes, output: nodes.count - 1)
    }()

    /// A task with random pixels in the shape of the data set. Only the cost matters.
    func task(training: Int) -> LearningTask {
        func images(_ count: Int) -> ImageSet {
            var random = SeededGenerator(seed: 1)
            return ImageSet(
                pixels: (0..<count * image.elements).map { _ in UInt8.random(in: 0...255, using: &random) },
                labels: (0..<count).map { UInt8($0 % 10) }, channels: image.channels, height: image.height, width: image.width,
                classNames: (0..<10).map(String.init))
        }
        return LearningTask(Dataset(name: "random", train: images(training), test: images(100)), seed: 0)
    }
}
