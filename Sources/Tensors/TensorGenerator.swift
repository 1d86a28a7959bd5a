internal import CTorch

/// A seeded generator of random tensors. The same seed and calls give the same numbers. There is no global generator.
public final class TensorGenerator {
    private let raw: OpaquePointer

    public init(seed: UInt64) {
        var made: OpaquePointer?
        trapping("generator", []) { ct_generator_new(seed, &made) }
        raw = made!
    }

    deinit { ct_generator_free(raw) }

    /// The generator's state, as bytes. A stored state continues the sequence exactly.
    public var state: Tensor {
        get { Tensor.made("generator state", []) { ct_generator_state(raw, $0) } }
        set { trapping("generator state", [newValue]) { newValue.withRaw { ct_generator_set_state(raw, $0) } } }
    }

    /// Independent numbers from the standard normal distribution.
    public func normal(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        Tensor.made("normal", []) { ct_normal(shape.sizes, Int32(shape.count), type.raw, raw, $0) }.to(device)
    }

    /// Independent numbers from the uniform distribution on [0, 1).
    public func uniform(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        Tensor.made("uniform", []) { ct_uniform(shape.sizes, Int32(shape.count), type.raw, raw, $0) }.to(device)
    }

    /// A random permutation of 0 ..< count (int64).
    public func permutation(_ count: Int, device: Device = .cpu) -> Tensor {
        Tensor.made("permutation", []) { ct_permutation(Int64(count), raw, $0) }.to(device)
    }
}
