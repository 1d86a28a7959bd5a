/// A cell of an architecture as its file writes it: values, and the operations chosen between them.
public struct Diagram: Hashable, Sendable {
    /// What an operation is foremost.
    public enum OperationKind: String, Hashable, Sendable, CaseIterable {
        case convolution
        /// A convolution of which some part filters groups of channels alone.
        case separable
        case dilated
        case pooling
        case identity
        case zero
        /// Activations, norms and what else there is.
        case other

        /// Of several in one operation, the first of these names it.
        static let byProminence: [OperationKind] = [.zero, .dilated, .separable, .convolution, .pooling, .other, .identity]
    }

    public enum Node: Hashable, Sendable {
        case input(String)
        /// A named value: the sum of what enters it.
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
    /// Positions of nodes; a node may be read twice by one other.
    public internal(set) var edges: [Edge] = []
}

/// One statement of the network, in words.
public struct NetworkStep: Hashable, Sendable {
    public let label: String?
    /// What is done: the cell with its repeats, the alternatives chosen, or the layers.
    public let text: String
    /// nil for cells, which have diagrams of their own.
    public let kind: Diagram.OperationKind?
}
