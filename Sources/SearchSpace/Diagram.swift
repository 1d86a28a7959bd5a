/// The graph of a cell of an architecture as written in the space file: values and the chosen operations between them.
public struct Diagram: Hashable, Sendable {
    /// The main kind of an operation.
    public enum OperationKind: String, Hashable, Sendable, CaseIterable {
        case convolution
        /// A convolution with a part that filters groups of channels separately.
        case separable
        case dilated
        case pooling
        case identity
        case zero
        /// Activations, norms and all other layers.
        case other

        /// The order of precedence for operations with layers of several kinds.
        static let byProminence: [OperationKind] = [.zero, .dilated, .separable, .convolution, .pooling, .other, .identity]
    }

    public enum Node: Hashable, Sendable {
        case input(String)
        /// A named value: the sum of its incoming edges.
        case value(String)
        case operation(String, OperationKind)
        case sum
        case concatenation
        case output
    }

    public struct Edge: Hashable, Sendable {
        public let from: Int
        public let to: Int
    }

    /// The cell's name.
    public let name: String
    public internal(set) var nodes: [Node] = []
    /// The edges between positions of nodes. Two nodes may have several edges.
    public internal(set) var edges: [Edge] = []
}

/// A summary of one statement of the network.
public struct NetworkStep: Hashable, Sendable {
    public let label: String?
    /// The cell with its repeats, the chosen alternatives, or the layers.
    public let text: String
    /// The kind of operation; nil for cells, which have their own diagrams.
    public let kind: Diagram.OperationKind?
}
