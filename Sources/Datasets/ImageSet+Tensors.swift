import Tensors

extension ImageSet {
    /// The images at `indices`, scaled to [0, 1] and normalized: [n, channels, height, width].
    public func images(
        at indices: some RandomAccessCollection<Int>, _ normalization: Normalization, type: ScalarType = .float32, device: Device = .cpu
    ) -> Tensor {
        let size = imageSize
        let bytes = [UInt8](unsafeUninitializedCapacity: indices.count * size) { buffer, initialized in
            pixels.withUnsafeBufferPointer { pixels in
                for (row, index) in indices.enumerated() {
                    precondition(0 <= index && index < count, "image index \(index) is outside 0..<\(count)")
                    (buffer.baseAddress! + row * size).update(from: pixels.baseAddress! + index * size, count: size)
                }
            }
            initialized = indices.count * size
        }
        return normalized(bytes, count: indices.count, normalization, type: type, device: device)
    }

    /// A tensor of `count` images from bytes, scaled to [0, 1] and normalized.
    func normalized(_ bytes: [UInt8], count: Int, _ normalization: Normalization, type: ScalarType, device: Device) -> Tensor {
        let scaled = Tensor(bytes, shape: [count, channels, height, width], device: device).to(type)
        let perChannel = [1, channels, 1, 1]
        let scale = normalization.standardDeviation.map { 1 / (255 * $0) }
        let shift = zip(normalization.mean, normalization.standardDeviation).map { -$0 / $1 }
        return scaled * Tensor(scale, shape: perChannel).to(type, device) + Tensor(shift, shape: perChannel).to(type, device)
    }

    /// The labels at `indices` (int64).
    public func labels(at indices: some RandomAccessCollection<Int>, device: Device = .cpu) -> Tensor {
        Tensor(indices.map { Int64(labels[$0]) }, device: device)
    }
}
