import Tensors
import Testing

/// Compares first and second derivatives of an operation with central differences in float64.
///
/// Let y = f(x₁, x₂, …), and let c and vᵢ be random cotangents. The first derivatives are those of s = ⟨f(x), c⟩ with respect to every xᵢ.
/// The second derivatives are those of h = Σᵢ ⟨∂s/∂xᵢ, vᵢ⟩ with respect to every xᵢ and c.
struct DerivativeCheck {
    typealias Operation = ([Tensor]) -> Tensor

    private static let step = 1e-5
    private static let tolerance = 2e-6

    let operation: Operation
    private let inputs: [Tensor]
    private let cotangent: Tensor
    private let directions: [Tensor]

    init(_ inputs: [Tensor], seed: UInt64 = 1, _ operation: @escaping Operation) {
        self.operation = operation
        self.inputs = inputs
        let random = TensorGenerator(seed: seed)
        cotangent = random.normal(withoutGradients { operation(inputs) }.shape, type: .float64)
        directions = inputs.map { random.normal($0.shape, type: .float64) }
    }

    /// Creates normally distributed inputs of these shapes.
    init(shapes: [[Int]], seed: UInt64 = 1, _ operation: @escaping Operation) {
        let random = TensorGenerator(seed: seed &+ 1000)
        self.init(shapes.map { random.normal($0, type: .float64) }, seed: seed, operation)
    }

    func expectBothOrders(sourceLocation: SourceLocation = #_sourceLocation) {
        expectFirst(sourceLocation: sourceLocation)
        expectSecond(sourceLocation: sourceLocation)
    }

    func expectFirst(sourceLocation: SourceLocation = #_sourceLocation) {
        let leaves = inputs.map(\.leaf)
        let exact = gradients(of: operation(leaves).dot(cotangent), with: leaves)
        compare(exact, at: inputs, "first derivative", sourceLocation) { values in
            withoutGradients { operation(values).dot(cotangent).item }
        }
    }

    func expectSecond(sourceLocation: SourceLocation = #_sourceLocation) {
        let leaves = (inputs + [cotangent]).map(\.leaf)
        let exact = gradients(of: directional(leaves, createGraph: true), with: leaves)
        compare(exact, at: inputs + [cotangent], "second derivative", sourceLocation) { values in
            directional(values.map(\.leaf), createGraph: false).item
        }
    }

    /// h for inputs and a cotangent that are leaves.
    private func directional(_ leaves: [Tensor], createGraph: Bool) -> Tensor {
        let inputs = Array(leaves.dropLast())
        let slopes = gradients(of: operation(inputs).dot(leaves.last!), with: inputs, createGraph: createGraph)
        return Tensor.sum(of: zip(slopes, directions).map { $0.dot($1) })
    }

    private func compare(
        _ exact: [Tensor], at point: [Tensor], _ what: String, _ sourceLocation: SourceLocation, _ function: ([Tensor]) -> Double
    ) {
        for (index, gradient) in exact.enumerated() {
            let found = gradient.doubles
            let center = point[index].doubles
            for element in center.indices {
                func value(_ offset: Double) -> Double {
                    var moved = center
                    moved[element] += offset
                    var arguments = point
                    arguments[index] = Tensor(moved, shape: point[index].shape)
                    return function(arguments)
                }
                let difference = (value(Self.step) - value(-Self.step)) / (2 * Self.step)
                guard abs(found[element] - difference) <= Self.tolerance * max(1, abs(difference)) else {
                    Issue.record(
                        "\(what) in argument \(index), element \(element): \(found[element]), by differences \(difference)",
                        sourceLocation: sourceLocation)
                    return
                }
            }
        }
    }
}
