/// Channels × height × width of one image or feature map. A vector of n features is n × 1 × 1.
public struct FeatureShape: Hashable, Sendable, CustomStringConvertible {
    public var channels: Int
    public var height: Int
    public var width: Int

    public init(_ channels: Int, _ height: Int, _ width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
    }

    public var elements: Int { channels * height * width }

    public var description: String { "\(channels)×\(height)×\(width)" }
}

/// Height × width of a convolution's or pooling's window.
public struct Window: Hashable, Sendable, CustomStringConvertible {
    public var height: Int
    public var width: Int

    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    public var description: String { "\(height)x\(width)" }
}

/// One layer of a network: everything needed to build it, count its cost and check its shapes.
///
/// All are functions of the inputs named by the node that holds them. Convolutions carry no bias (a norm follows them, or a layer that is
/// one); the linear layer carries one.
public enum Layer: Hashable, Sendable {
    /// The image itself; node 0 of every graph and nowhere else.
    case input
    /// A tensor of zeros, of the node's shape; reads nothing of its input but the batch size.
    case zero
    case identity
    case convolution(inputs: Int, outputs: Int, kernel: Window, stride: Int, padding: Window, dilation: Int, groups: Int)
    /// Batch normalization with a learned scale and shift per channel.
    case norm(channels: Int)
    /// A learned number for each channel, added.
    case bias(channels: Int)
    case activation(Activation)
    /// Mean over the window; padding does not count.
    case averagePool(kernel: Window, stride: Int, padding: Window)
    case maxPool(kernel: Window, stride: Int, padding: Window)
    /// Mean over height and width: c × h × w → c × 1 × 1.
    case globalAveragePool
    /// c × h × w → c·h·w × 1 × 1, channel by channel and each row by row.
    case flatten
    /// c × 1 × 1 → outputs × 1 × 1, with a bias.
    case linear(inputs: Int, outputs: Int)
    /// Sum of one or more inputs of one shape.
    case sum
    /// Concatenation of the inputs along channels.
    case concatenation
    case dropout(probability: Double)
    /// Zeroes whole images at random while training (Larsson, Maire and Shakhnarovich, "FractalNet", ICLR 2017).
    case dropPath(probability: Double)
    /// The first input, each channel times the second input's number for it: c × h × w and c × 1 × 1 → c × h × w.
    case scale
}

/// Elementwise non-linearities.
public enum Activation: String, Hashable, Sendable, CaseIterable {
    case relu
    case relu6
    case leakyReLU = "leaky-relu"
    case swish
    case hardSwish = "hard-swish"
    case sigmoid
    case tanh
    case gelu
}

/// A network as a directed acyclic graph of layers: what an architecture means.
///
/// `nodes` are in topological order (a node's inputs have smaller indices) and node 0 is the image. The graph is the only
/// thing the rest of the program knows of a search space: networks are built from it, costs are counted on it.
public struct LayerGraph: Hashable, Sendable {
    public struct Node: Hashable, Sendable {
        public var layer: Layer
        /// Indices of the nodes whose outputs this layer takes, in order.
        public var inputs: [Int]
        /// Shape of one image's output.
        public var output: FeatureShape
        /// A path unique in the graph, of letters, digits, `_`, `-` and `/`: `stage1/normal/a/conv3x3`. Parameters are named after it.
        public var name: String

        public init(_ layer: Layer, inputs: [Int], output: FeatureShape, name: String) {
            self.layer = layer
            self.inputs = inputs
            self.output = output
            self.name = name
        }
    }

    public var nodes: [Node]
    /// Index of the node that is the network's output: classes × 1 × 1 logits.
    public var output: Int

    public init(nodes: [Node], output: Int) {
        self.nodes = nodes
        self.output = output
    }

    public var hasNorms: Bool { nodes.contains { if case .norm = $0.layer { true } else { false } } }
    public var hasDropout: Bool {
        nodes.contains {
            switch $0.layer {
            case .dropout, .dropPath: true
            default: false
            }
        }
    }
    public var inputShape: FeatureShape { nodes[0].output }
    public var classes: Int { nodes[output].output.channels }
}
