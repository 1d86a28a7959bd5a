internal import CTorch

extension Tensor {
    private func reduced(_ name: String, _ operation: ct_reduction, _ axes: [Int], _ keepAxes: Bool) -> Tensor {
        Tensor.made(name, [self]) { out in withRaw { ct_reduce(operation, $0, axes.sizes, Int32(axes.count), keepAxes, out) } }
    }

    /// The sum over `axes`, or over all axes if the list is empty.
    public func sum(_ axes: [Int] = [], keepAxes: Bool = false) -> Tensor { reduced("sum", CT_SUM, axes, keepAxes) }
    public func mean(_ axes: [Int] = [], keepAxes: Bool = false) -> Tensor { reduced("mean", CT_MEAN, axes, keepAxes) }
    public func max(_ axes: [Int] = [], keepAxes: Bool = false) -> Tensor { reduced("max", CT_MAX, axes, keepAxes) }

    /// The index of the largest element along `axis` (int64).
    public func argmax(_ axis: Int) -> Tensor {
        Tensor.made("argmax", [self]) { out in withRaw { ct_argmax($0, Int64(axis), out) } }
    }

    /// The dot product Σ aᵢ bᵢ over all elements, as a scalar tensor.
    public func dot(_ other: Tensor) -> Tensor { (self * other).sum() }
}
