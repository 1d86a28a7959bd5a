/// The shape of one image or feature map: channels × height × width. A vector of n features is n × 1 × 1.
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

/// The window of a convolution or pool: height × width.
public struct Window: Hashable, Sendable, CustomStringConvertible {
    public var height: Int
    public var width: Int

    public init(_ height: Int, _ width: Int) {
        self.height = height
        self.width = width
    }

    public var description: String { "\(height)x\(width)" }
}

/// The network of an architecture as a directed acyclic graph of layers.
///
/// `nodes` are in topological order: the inputs of a node have smaller indices. Node 0 is the image. Networks are built from this graph
/// and costs computed on it, so it is the only interface between the language and the rest of the program.
public struct LayerGraph: Hashable, Sendable {
    public struct Node: Hashable, Sendable {
        public var layer: Layer
        /// The indices of the nodes that are this layer's inputs, in order.
        public var inputs: [Int]
        /// The shape of the output for one image.
        public var output: FeatureShape
        /// A unique path of letters, digits, `_`, `-` and `/`, such as `stage1/normal/a/conv3x3`. It names the parameters.
        public var name: String

        public init(_ layer: Layer, inputs: [Int], output: FeatureShape, name: String) {
            self.layer = layer
            self.inputs = inputs
            self.output = output
            self.name = name
        }
    }

    public var nodes: [Node]
    /// The index of the output node: classes × 1 × 1 logits.
    public var output: Int

    public init(nodes: [Node], output: Int) {
        self.nodes = nodes
        self.output = output
    }

    /// Whether a layer normalizes with batch statistics.
    public var hasNorms: Bool { nodes.contains { $0.layer.traits.statisticsChannels != nil } }
    public var hasDropout: Bool { nodes.contains { $0.layer.traits.isRandom } }
    public var inputShape: FeatureShape { nodes[0].output }
    public var classes: Int { nodes[output].output.channels }
}
