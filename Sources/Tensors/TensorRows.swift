internal import CTorch

/// A tensor that is written row by row, so that the rows and what they make up are never held at once.
public struct TensorRows {
    /// [count, …]; rows that were not written are zero.
    public let tensor: Tensor

    /// Room for `count` rows of a shape.
    public init(_ count: Int, of shape: [Int], type: ScalarType, device: Device) {
        tensor = Tensor.zeros([count] + shape, type: type, device: device)
    }

    public func set(_ index: Int, to row: Tensor) {
        precondition((0..<tensor.shape[0]).contains(index), "row \(index) of \(tensor)")
        precondition(row.shape == Array(tensor.shape[1...]), "\(row) as a row of \(tensor)")
        trapping("set row", [tensor, row]) { tensor.withRaw { tensor in row.withRaw { ct_set_row(tensor, Int64(index), $0) } } }
    }
}
