import Networks
import SearchSpace

/// The number of step graphs that the adjoint keeps between its forward and its backward sweep.
public enum MemoryPolicy: Sendable, Hashable {
    /// As many as fit into this many bytes, by an estimate of one step graph's size.
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
    /// Returns the estimated bytes of one differentiable float32 step. They hold each activation in the forward graph, and in the backward
    /// graph its cotangent and what the second derivatives save.
    func stepGraphBytes(batch: Int) -> Int {
        let activations = graph.nodes.reduce(0) { $0 + $1.output.elements }
        return 4 * 4 * activations * batch
    }
}
