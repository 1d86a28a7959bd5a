import Networks
import SearchSpace

/// How many of a learner's step graphs the adjoint keeps between its forward and its backward sweep.
public enum MemoryPolicy: Sendable, Hashable {
    /// As many as fit into this many bytes, by an estimate of a step's graph.
    case within(bytes: Int)
    /// This many of the last steps; 0 rebuilds every graph.
    case keeping(Int)

    /// One gibibyte a learner.
    public static let standard = MemoryPolicy.within(bytes: 1 << 30)

    func keptSteps(of steps: Int, batch: Int, _ network: Network) -> Int {
        switch self {
        case .keeping(let count): min(steps, count)
        case .within(let bytes): min(steps, bytes / max(1, network.stepGraphBytes(batch: batch)))
        }
    }
}

extension Network {
    /// Estimated memory of one differentiable step in float32: each activation once in the forward graph, and its cotangent with what the
    /// second derivatives save beside it in the backward graph.
    func stepGraphBytes(batch: Int) -> Int {
        let activations = graph.nodes.reduce(0) { $0 + $1.output.elements }
        return 4 * 4 * activations * batch
    }
}
