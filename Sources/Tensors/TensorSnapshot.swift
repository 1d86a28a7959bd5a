/// A tensor's numbers without the tensor: what goes from one thread to another, or into a file.
public struct TensorSnapshot: Sendable, Hashable {
    public let type: ScalarType
    public let shape: [Int]
    /// Row-major, in the machine's byte order.
    public let bytes: [UInt8]

    public init(type: ScalarType, shape: [Int], bytes: [UInt8]) {
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    public init(_ tensor: Tensor) {
        self.init(type: tensor.type, shape: tensor.shape, bytes: tensor.bytes)
    }

    public func tensor(on device: Device = .cpu) -> Tensor {
        Tensor(copying: bytes, type: type, shape: shape, device: device)
    }
}
