import Tensors
import Testing

/// Expects the elements of a tensor. The tolerance is relative for elements above 1 and absolute below.
func expect(
    _ tensor: Tensor, _ shape: [Int], _ expected: [Double], tolerance: Double = 1e-8, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(tensor.shape == shape, sourceLocation: sourceLocation)
    let found = tensor.doubles
    guard found.count == expected.count else {
        Issue.record("\(found.count) numbers, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    for (index, (a, b)) in zip(found, expected).enumerated() where !(abs(a - b) <= tolerance * max(1, abs(b))) {
        Issue.record("element \(index) is \(a), expected \(b)", sourceLocation: sourceLocation)
        return
    }
}

extension Tensor {
    /// A float64 tensor.
    static func of(_ values: [Double], _ shape: [Int]? = nil) -> Tensor { Tensor(values, shape: shape) }

    /// Small integers in a fixed irregular order: (i · factor mod modulus) + offset. The reference values in Python use the same rule.
    static func pattern(_ shape: [Int], _ factor: Int, _ modulus: Int, _ offset: Int) -> Tensor {
        of((0..<shape.reduce(1, *)).map { Double($0 * factor % modulus + offset) }, shape)
    }
}
