import Networks
import Tensors

/// The engine that differentiates learners.
public enum Differentiation: Sendable, Hashable {
    /// The network compiled for the processor (`NetworkProgram`).
    case program
    /// libtorch's graphs, on any device. Programs are tested against them.
    case graphs

    /// The faster one on a device.
    static func fastest(on device: Device) -> Differentiation { device == .cpu ? .program : .graphs }
}
