internal import CTorch

extension Tensor {
    private func unary(_ name: String, _ operation: ct_unary_op) -> Tensor {
        Tensor.made(name, [self]) { out in withRaw { ct_unary(operation, $0, out) } }
    }

    private static func binary(_ name: String, _ operation: ct_binary_op, _ a: Tensor, _ b: Tensor) -> Tensor {
        made(name, [a, b]) { out in a.withRaw { a in b.withRaw { b in ct_binary(operation, a, b, out) } } }
    }

    private static func binary(_ name: String, _ operation: ct_binary_op, _ a: Tensor, _ b: Double) -> Tensor {
        made(name, [a]) { out in a.withRaw { ct_binary_scalar(operation, $0, b, out) } }
    }

    public static func + (a: Tensor, b: Tensor) -> Tensor { binary("+", CT_ADD, a, b) }
    public static func - (a: Tensor, b: Tensor) -> Tensor { binary("-", CT_SUBTRACT, a, b) }
    public static func * (a: Tensor, b: Tensor) -> Tensor { binary("*", CT_MULTIPLY, a, b) }
    public static func / (a: Tensor, b: Tensor) -> Tensor { binary("/", CT_DIVIDE, a, b) }
    public static func + (a: Tensor, b: Double) -> Tensor { binary("+", CT_ADD, a, b) }
    public static func - (a: Tensor, b: Double) -> Tensor { binary("-", CT_SUBTRACT, a, b) }
    public static func * (a: Tensor, b: Double) -> Tensor { binary("*", CT_MULTIPLY, a, b) }
    public static func / (a: Tensor, b: Double) -> Tensor { binary("/", CT_DIVIDE, a, b) }
    public static prefix func - (a: Tensor) -> Tensor { a.unary("negation", CT_NEGATE) }

    /// Compares elementwise. Returns a bool tensor.
    public func equals(_ other: Tensor) -> Tensor { Tensor.binary("equals", CT_EQUAL, self, other) }
    public func isLess(than other: Tensor) -> Tensor { Tensor.binary("less", CT_LESS, self, other) }

    public func exp() -> Tensor { unary("exp", CT_EXP) }
    public func log() -> Tensor { unary("log", CT_LOG) }
    public func squareRoot() -> Tensor { unary("square root", CT_SQRT) }
    public func tanh() -> Tensor { unary("tanh", CT_TANH) }
    public func sigmoid() -> Tensor { unary("sigmoid", CT_SIGMOID) }
    public func relu() -> Tensor { unary("relu", CT_RELU) }
    public func relu6() -> Tensor { unary("relu6", CT_RELU6) }
    public func swish() -> Tensor { unary("swish", CT_SWISH) }
    public func hardSwish() -> Tensor { unary("hard-swish", CT_HARD_SWISH) }
    public func gelu() -> Tensor { unary("gelu", CT_GELU) }
    /// The nearest whole numbers; of two equally near ones, the even one.
    public func rounded() -> Tensor { unary("rounding", CT_ROUND) }
    public func magnitude() -> Tensor { unary("magnitude", CT_ABS) }

    /// Whether every element is a finite number.
    public var isFinite: Bool { unary("is finite", CT_IS_FINITE).to(.float32).sum().item == Double(count) }

    public func power(_ exponent: Double) -> Tensor {
        Tensor.made("power", [self]) { out in withRaw { ct_power($0, exponent, out) } }
    }

    /// Leaky ReLU: max(x, 0) + slope · min(x, 0).
    public func leakyReLU(slope: Double) -> Tensor {
        Tensor.made("leaky-relu", [self]) { out in withRaw { ct_leaky_relu($0, slope, out) } }
    }

    public func clamped(_ low: Double, _ high: Double) -> Tensor {
        Tensor.made("clamp", [self]) { out in withRaw { ct_clamp($0, low, high, out) } }
    }

    /// The matrix product over the last two axes.
    public func matmul(_ other: Tensor) -> Tensor {
        Tensor.made("matmul", [self, other]) { out in withRaw { a in other.withRaw { ct_matmul(a, $0, out) } } }
    }

    /// The sum of tensors of the same shape.
    public static func sum(of tensors: [Tensor]) -> Tensor {
        precondition(!tensors.isEmpty, "a sum needs at least one tensor")
        if tensors.count == 1 { return tensors[0] }
        return made("sum", tensors) { out in tensors.withRaw { ct_sum_of($0, Int32(tensors.count), out) } }
    }

    /// The eigenvalues (ascending) and eigenvectors (columns) of a symmetric matrix [n, n].
    public func symmetricEigenvectors() -> (values: Tensor, vectors: Tensor) {
        var values: OpaquePointer?
        var vectors: OpaquePointer?
        trapping("eigenvectors", [self]) { withRaw { ct_eigenvectors($0, &values, &vectors) } }
        return (Tensor(owning: values!), Tensor(owning: vectors!))
    }
}
