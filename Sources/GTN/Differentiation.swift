import Networks
import Tensors

/// The engine that differentiates a learner's training.
public enum Differentiation: Sendable, Hashable {
    /// The network compiled for the processor (`NetworkProgram`).
    case program
    /// Autograd graphs of libtorch, on any device: the reference that programs are tested against.
    case graphs

    /// Returns the faster engine on a device.
    static func fastest(on device: Device) -> Differentiation { device == .cpu ? .program : .graphs }
}
