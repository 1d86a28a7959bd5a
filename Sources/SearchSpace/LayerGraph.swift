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

    /// Whether a layer normalizes by statistics of the batch.
    public var hasNorms: Bool { nodes.contains { $0.layer.traits.statisticsChannels != nil } }
    public var hasDropout: Bool { nodes.contains { $0.layer.traits.isRandom } }
    public var inputShape: FeatureShape { nodes[0].output }
    public var classes: Int { nodes[output].output.channels }
}
