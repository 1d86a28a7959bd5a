import Networks
import Tensors

/// A network and its initial parameters.
public struct Learner: Sendable {
    public enum Start: Sendable {
        /// Fresh parameters, drawn with this seed.
        case drawn(seed: UInt64)
        /// The given parameters.
        case given(TensorSnapshot)
    }

    public let network: Network
    public let start: Start
    /// The architecture's accuracy after full training on real data, or another number for which higher is better; nil if unknown.
    public let accuracy: Double?
    /// A known term added to the standardized loss when learners are ranked, in standard deviations; lower is better. nil for none.
    public let besideLoss: Double?

    public init(_ network: Network, from start: Start, accuracy: Double? = nil, besideLoss: Double? = nil) {
        self.network = network
        self.start = start
        self.accuracy = accuracy
        self.besideLoss = besideLoss
    }

    /// Returns θ₀ as a flat vector.
    public func initialParameters(on device: Device = .cpu) -> Tensor {
        switch start {
        case .drawn(let seed): Scorer.initialParameters(network, seed: seed, device: device)
        case .given(let parameters): parameters.tensor(on: device)
        }
    }
}
