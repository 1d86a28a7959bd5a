internal import CTorch

/// A tensor that is written row by row. It needs no memory for a separate list of rows.
public struct TensorRows {
    /// The tensor, of shape [count, …]. Rows that were not written are zero.
    public let tensor: Tensor

    /// Creates a tensor of `count` zero rows of the given shape.
    public init(_ count: Int, of shape: [Int], type: ScalarType, device: Device) {
        tensor = Tensor.zeros([count] + shape, type: type, device: device)
    }

    public func set(_ index: Int, to row: Tensor) {
        precondition((0..<tensor.shape[0]).contains(index), "row \(index) is outside \(tensor)")
        precondition(row.shape == Array(tensor.shape[1...]), "\(row) cannot be a row of \(tensor)")
        trapping("set row", [tensor, row]) { tensor.withRaw { tensor in row.withRaw { ct_set_row(tensor, Int64(index), $0) } } }
    }
}
