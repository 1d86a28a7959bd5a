internal import CTorch

/// A multi-dimensional array on a device, optionally with the graph of operations that computed it.
///
/// Owns one libtorch tensor. Operations return new tensors and never change their operands. An operation with incompatible shapes is a
/// programming error: it traps and names the operation and the shapes. Not `Sendable`: each thread owns its tensors.
public final class Tensor {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) {
        self.raw = raw
    }

    deinit { ct_free(raw) }

    /// Calls `body` with the handle and keeps the tensor alive until `body` returns.
    func withRaw<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(raw) }
    }

    /// The length of each axis; [] for a scalar.
    public var shape: [Int] {
        withRaw { raw in
            let rank = Int(ct_rank(raw))
            return [Int64](unsafeUninitializedCapacity: rank) { buffer, count in
                if rank > 0 { ct_sizes(raw, buffer.baseAddress) }
                count = rank
            }.map(Int.init)
        }
    }

    public var rank: Int { withRaw { Int(ct_rank($0)) } }
    public var count: Int { shape.reduce(1, *) }
    public var type: ScalarType { withRaw { ScalarType(ct_scalar_type($0)) } }
    public var device: Device { withRaw { Device(ct_tensor_device($0)) } }
    public var requiresGradients: Bool { withRaw { ct_requires_grad($0) } }
}

extension Tensor: CustomStringConvertible {
    public var description: String { "Tensor \(shape) \(type) on \(device)" }
}

extension Tensor {
    /// Returns the tensor that `call` creates, or throws libtorch's error.
    static func making(
        _ operation: String, _ operands: [Tensor], _ call: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
    ) throws(TensorError) -> Tensor {
        var made: OpaquePointer?
        let status = withExtendedLifetime(operands) { call(&made) }
        if let error = TensorError(status, operation, operands) { throw error }
        return Tensor(owning: made!)
    }

    /// Returns the tensor that `call` creates. Failure is a programming error, so it traps.
    static func made(
        _ operation: String, _ operands: [Tensor], _ call: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
    ) -> Tensor {
        do { return try making(operation, operands, call) } catch { fatalError("\(error)") }
    }
}

/// Runs a call that creates no tensor. Failure is a programming error, so it traps.
func trapping(_ operation: String, _ operands: [Tensor], _ call: () -> ct_status) {
    let status = withExtendedLifetime(operands, call)
    if let error = TensorError(status, operation, operands) { fatalError("\(error)") }
}

extension [Tensor] {
    /// Calls `body` with the handles and keeps the tensors alive until it returns.
    func withRaw<Result>(_ body: (UnsafePointer<OpaquePointer?>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) {
            let handles = map { tensor in tensor.withRaw { Optional($0) } }
            return try handles.withUnsafeBufferPointer { try body($0.baseAddress!) }
        }
    }
}

extension [Int] {
    var sizes: [Int64] { map(Int64.init) }
}
