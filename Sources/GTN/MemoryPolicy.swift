import Networks
import SearchSpace

/// The number of step graphs that the adjoint keeps between its forward and its backward sweep.
public enum MemoryPolicy: Sendable, Hashable {
    /// The number of graphs that fit into this many bytes, by an estimate of one graph's size.
    case within(bytes: Int)
    /// The graphs of this many last steps; 0 rebuilds every graph.
    case keeping(Int)

    /// One gibibyte per learner.
    public static let standard = MemoryPolicy.within(bytes: 1 << 30)

    func keptSteps(of steps: Int, batch: Int, _ network: Network) -> Int {
        switch self {
        case .keeping(let count): min(steps, count)
        case .within(let bytes): min(steps, bytes / max(1, network.stepGraphBytes(batch: batch)))
        }
    }
}

extension Network {
    /// Returns the estimated bytes of one differentiable float32 step. For each activation, the forward graph holds its value. The backward
    /// graph holds its cotangent and the tensors that second derivatives save.
    func stepGraphBytes(batch: Int) -> Int {
        let activations = graph.nodes.reduce(0) { $0 + $1.output.elements }
        return 4 * 4 * activations * batch
    }
}
