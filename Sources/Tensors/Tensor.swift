internal import CTorch

/// A multi-dimensional array of numbers on a device, perhaps with the graph of operations that made it.
///
/// A thin owner of one libtorch tensor. Operations return new tensors and never change their operands. Misuse of shapes inside an
/// operation is a programming error and traps, naming the operation and the shapes. Not `Sendable`: each thread owns its tensors.
public final class Tensor {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) {
        self.raw = raw
    }

    deinit { ct_free(raw) }

    /// Gives the handle to `body`, and keeps the tensor alive until `body` returns.
    func withRaw<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(raw) }
    }

    /// Length of each axis; [] for a scalar.
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
    /// The tensor that `call` makes; throws what libtorch refused.
    static func making(
        _ operation: String, _ operands: [Tensor], _ call: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
    ) throws(TensorError) -> Tensor {
        var made: OpaquePointer?
        let status = withExtendedLifetime(operands) { call(&made) }
        if let error = TensorError(status, operation, operands) { throw error }
        return Tensor(owning: made!)
    }

    /// As `making`, for calls that only a programming error can fail.
    static func made(
        _ operation: String, _ operands: [Tensor], _ call: (UnsafeMutablePointer<OpaquePointer?>) -> ct_status
    ) -> Tensor {
        do { return try making(operation, operands, call) } catch { fatalError("\(error)") }
    }
}

/// Runs a call that makes no tensor and that only a programming error can fail.
func trapping(_ operation: String, _ operands: [Tensor], _ call: () -> ct_status) {
    let status = withExtendedLifetime(operands, call)
    if let error = TensorError(status, operation, operands) { fatalError("\(error)") }
}

extension [Tensor] {
    /// Gives the handles to `body`, and keeps the tensors alive until it returns.
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
