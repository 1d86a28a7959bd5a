import Tensors
import Testing

/// Expects the numbers of a tensor, each within `tolerance` of the larger of 1 and its own size.
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
    /// Float64 numbers in a shape.
    static func of(_ values: [Double], _ shape: [Int]? = nil) -> Tensor { Tensor(values, shape: shape) }

    /// Small whole numbers in a fixed disorder: (i · factor mod modulus) + offset. The references computed in Python use the same rule.
    static func pattern(_ shape: [Int], _ factor: Int, _ modulus: Int, _ offset: Int) -> Tensor {
        of((0..<shape.reduce(1, *)).map { Double($0 * factor % modulus + offset) }, shape)
    }
}
