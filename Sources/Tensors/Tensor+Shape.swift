internal import CTorch

extension Tensor {
    /// The same elements in another shape. One length may be −1 and is then inferred.
    public func reshaped(_ shape: [Int]) -> Tensor {
        Tensor.made("reshape to \(shape)", [self]) { out in withRaw { ct_reshape($0, shape.sizes, Int32(shape.count), out) } }
    }

    public func permuted(_ order: [Int]) -> Tensor {
        Tensor.made("permute by \(order)", [self]) { out in withRaw { ct_permute($0, order.sizes, Int32(order.count), out) } }
    }

    /// Repeats axes of length 1 without copying.
    public func expanded(_ shape: [Int]) -> Tensor {
        Tensor.made("expand to \(shape)", [self]) { out in withRaw { ct_expand($0, shape.sizes, Int32(shape.count), out) } }
    }

    /// The elements in `range` along `axis`.
    public func slice(_ range: Range<Int>, axis: Int = 0) -> Tensor {
        Tensor.made("slice \(range)", [self]) { out in
            withRaw { ct_slice($0, Int64(axis), Int64(range.lowerBound), Int64(range.upperBound), out) }
        }
    }

    /// The row at `index` of the first axis.
    public subscript(index: Int) -> Tensor {
        slice(index..<index + 1).reshaped(Array(shape.dropFirst()))
    }

    /// Copies rows along `axis` in the order of `indices` (int64).
    public func gathered(_ indices: Tensor, axis: Int = 0) -> Tensor {
        Tensor.made("gather", [self, indices]) { out in
            withRaw { x in indices.withRaw { ct_index_select(x, Int64(axis), $0, out) } }
        }
    }

    public func gathered(_ indices: [Int], axis: Int = 0) -> Tensor {
        gathered(Tensor(indices.map(Int64.init), device: device), axis: axis)
    }

    /// Splits the first axis into consecutive parts of the given lengths.
    public func split(_ lengths: [Int]) -> [Tensor] {
        var parts = [OpaquePointer?](repeating: nil, count: lengths.count)
        trapping("split into \(lengths)", [self]) { withRaw { ct_split($0, lengths.sizes, Int32(lengths.count), &parts) } }
        return parts.map { Tensor(owning: $0!) }
    }

    public static func concatenated(_ tensors: [Tensor], axis: Int = 0) -> Tensor {
        made("concatenate", tensors) { out in tensors.withRaw { ct_concatenate($0, Int32(tensors.count), Int64(axis), out) } }
    }

    /// Stacks tensors of the same shape along a new first axis.
    public static func stacked(_ tensors: [Tensor]) -> Tensor {
        made("stack", tensors) { out in tensors.withRaw { ct_stack($0, Int32(tensors.count), out) } }
    }

    public func flipped(axis: Int) -> Tensor {
        Tensor.made("flip", [self]) { out in withRaw { ct_flip($0, Int64(axis), out) } }
    }

    /// The elements of `a` where this bool tensor is true, and of `b` elsewhere.
    public func select(_ a: Tensor, _ b: Tensor) -> Tensor {
        Tensor.made("select", [self, a, b]) { out in
            withRaw { c in a.withRaw { a in b.withRaw { ct_where(c, a, $0, out) } } }
        }
    }
}
