/// A copy of a tensor's values that can be sent to another thread or written to a file.
public struct TensorSnapshot: Sendable, Hashable {
    public let type: ScalarType
    public let shape: [Int]
    /// The elements in row-major order and the machine's byte order.
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
