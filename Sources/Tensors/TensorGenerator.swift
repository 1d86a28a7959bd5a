internal import CTorch

/// A seeded source of random tensors. Always passed explicitly; there is no global one. The same seed and calls give the same numbers.
public final class TensorGenerator {
    private let raw: OpaquePointer

    public init(seed: UInt64) {
        var made: OpaquePointer?
        trapping("generator", []) { ct_generator_new(seed, &made) }
        raw = made!
    }

    deinit { ct_generator_free(raw) }

    /// The position in the sequence, as bytes: store it to continue later exactly where this generator is.
    public var state: Tensor {
        get { Tensor.made("generator state", []) { ct_generator_state(raw, $0) } }
        set { trapping("generator state", [newValue]) { newValue.withRaw { ct_generator_set_state(raw, $0) } } }
    }

    /// Independent standard normal numbers.
    public func normal(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        Tensor.made("normal", []) { ct_normal(shape.sizes, Int32(shape.count), type.raw, raw, $0) }.to(device)
    }

    /// Independent numbers, uniform on [0, 1).
    public func uniform(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        Tensor.made("uniform", []) { ct_uniform(shape.sizes, Int32(shape.count), type.raw, raw, $0) }.to(device)
    }

    /// A random order of 0 ..< count (int64).
    public func permutation(_ count: Int, device: Device = .cpu) -> Tensor {
        Tensor.made("permutation", []) { ct_permutation(Int64(count), raw, $0) }.to(device)
    }
}
