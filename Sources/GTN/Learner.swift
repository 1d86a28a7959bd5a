import Networks
import Tensors

/// A network and the parameters that it starts from.
public struct Learner: Sendable {
    public enum Start: Sendable {
        /// Fresh parameters, by this seed.
        case drawn(seed: UInt64)
        /// These.
        case given(TensorSnapshot)
    }

    public let network: Network
    public let start: Start
    /// The architecture's accuracy after full training on real data, or another number that is higher for better ones; nil where unknown.
    public let accuracy: Double?
    /// A known quantity that ranks the learner beside its loss, in standard deviations, lower for better ones; nil for none.
    public let besideLoss: Double?

    public init(_ network: Network, from start: Start, accuracy: Double? = nil, besideLoss: Double? = nil) {
        self.network = network
        self.start = start
        self.accuracy = accuracy
        self.besideLoss = besideLoss
    }

    /// θ₀, flat.
    public func initialParameters(on device: Device = .cpu) -> Tensor {
        switch start {
        case .drawn(let seed): Scorer.initialParameters(network, seed: seed, device: device)
        case .given(let parameters): parameters.tensor(on: device)
        }
    }
}
