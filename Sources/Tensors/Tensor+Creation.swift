internal import CTorch

/// A Swift type for the elements of tensors.
public protocol TensorScalar {
    static var scalarType: ScalarType { get }
}

extension Float: TensorScalar { public static var scalarType: ScalarType { .float32 } }
extension Double: TensorScalar { public static var scalarType: ScalarType { .float64 } }
extension Int64: TensorScalar { public static var scalarType: ScalarType { .int64 } }
extension UInt8: TensorScalar { public static var scalarType: ScalarType { .uint8 } }

extension Tensor {
    /// Copies scalars in row-major order.
    public convenience init<Scalar: TensorScalar>(_ scalars: [Scalar], shape: [Int]? = nil, device: Device = .cpu) {
        let shape = shape ?? [scalars.count]
        precondition(shape.reduce(1, *) == scalars.count, "\(scalars.count) scalars do not fill the shape \(shape)")
        self.init(copying: scalars.withUnsafeBytes { Array($0) }, type: Scalar.scalarType, shape: shape, device: device)
    }

    /// Copies raw bytes in the machine's byte order.
    public convenience init(copying bytes: some RandomAccessCollection<UInt8>, type: ScalarType, shape: [Int], device: Device = .cpu) {
        precondition(bytes.count == shape.reduce(1, *) * type.byteCount, "\(bytes.count) bytes do not fill \(shape) \(type)")
        var made: OpaquePointer?
        trapping("copy", []) {
            let copied: ct_status? = bytes.withContiguousStorageIfAvailable {
                ct_from_bytes($0.baseAddress, shape.sizes, Int32(shape.count), type.raw, device.raw, &made)
            }
            return copied ?? ct_from_bytes(Array(bytes), shape.sizes, Int32(shape.count), type.raw, device.raw, &made)
        }
        self.init(owning: made!)
    }

    public static func full(_ value: Double, _ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        made("full", []) { ct_full(value, shape.sizes, Int32(shape.count), type.raw, device.raw, $0) }
    }

    public static func zeros(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        full(0, shape, type: type, device: device)
    }

    public static func ones(_ shape: [Int], type: ScalarType = .float32, device: Device = .cpu) -> Tensor {
        full(1, shape, type: type, device: device)
    }

    /// The numbers 0, 1, … count − 1 (int64).
    public static func range(_ count: Int, device: Device = .cpu) -> Tensor {
        made("range", []) { ct_arange(Int64(count), device.raw, $0) }
    }

    /// One-hot rows of labels: int64 [n] → [n, classes].
    public func oneHot(classes: Int, type: ScalarType = .float32) -> Tensor {
        Tensor.made("one-hot", [self]) { out in withRaw { ct_one_hot($0, Int64(classes), type.raw, out) } }
    }

    /// The same values with another type or on another device. Returns the tensor itself if both already match.
    public func to(_ type: ScalarType? = nil, _ device: Device) -> Tensor {
        let target = type ?? self.type
        if target == self.type && device == self.device { return self }
        return Tensor.made("conversion", [self]) { out in withRaw { ct_to($0, target.raw, device.raw, out) } }
    }

    public func to(_ device: Device) -> Tensor { to(nil, device) }
    public func to(_ type: ScalarType) -> Tensor { to(type, device) }

    /// All elements in row-major order.
    /// - Precondition: `Scalar` is the tensor's type.
    public func scalars<Scalar: TensorScalar>(_: Scalar.Type = Scalar.self) -> [Scalar] {
        precondition(type == Scalar.scalarType, "a \(type) tensor cannot be read as \(Scalar.scalarType)")
        let count = self.count
        return [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
            trapping("read", [self]) {
                withRaw { ct_copy_bytes($0, buffer.baseAddress, Int64(count * Scalar.scalarType.byteCount)) }
            }
            initialized = count
        }
    }

    /// All elements in row-major order, as bytes in the machine's byte order.
    public var bytes: [UInt8] {
        let byteCount = count * type.byteCount
        return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
            trapping("read", [self]) { withRaw { ct_copy_bytes($0, buffer.baseAddress, Int64(byteCount)) } }
            initialized = byteCount
        }
    }

    /// Calls `body` with the tensor's memory, row-major, for kernels outside libtorch.
    /// - Precondition: The tensor is on the CPU.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        precondition(device == .cpu, "withBytes needs a tensor on the CPU, not on \(device)")
        let dense = withRaw { ct_data($0) } != nil ? self : Tensor.made("contiguous", [self]) { out in withRaw { ct_contiguous($0, out) } }
        return try dense.withRaw { try body(UnsafeRawBufferPointer(start: ct_data($0), count: dense.count * dense.type.byteCount)) }
    }

    /// Creates a tensor on the CPU whose elements `body` writes. It must write all of them.
    public static func written(
        _ shape: [Int], type: ScalarType, by body: (UnsafeMutableRawBufferPointer) throws -> Void
    ) rethrows -> Tensor {
        let tensor = made("empty", []) { ct_empty(shape.sizes, Int32(shape.count), type.raw, $0) }
        try tensor.withRaw { try body(UnsafeMutableRawBufferPointer(start: ct_data($0), count: tensor.count * type.byteCount)) }
        return tensor
    }

    /// All elements, converted to Double.
    public var doubles: [Double] { to(.float64).scalars(Double.self) }

    /// The only element.
    public var item: Double {
        precondition(count == 1, "item needs a tensor with one element, not of shape \(shape)")
        return doubles[0]
    }
}
