internal import CTorch

extension Tensor {
    /// The same values without a graph.
    public var detached: Tensor { Tensor.made("detach", [self]) { out in withRaw { ct_detach($0, out) } } }

    /// The same values as the leaf of a new graph, for gradients with respect to this tensor.
    public var leaf: Tensor { Tensor.made("leaf", [self]) { out in withRaw { ct_leaf($0, out) } } }
}

/// The gradient Σₖ ⟨cotangentₖ, ∂outputₖ/∂inputᵢ⟩ for every input i; nil where no output depends on the input.
///
/// - Parameters:
///   - outputs: Tensors computed from the inputs with gradients enabled.
///   - cotangents: One cotangent for each output, with the output's shape. nil means ones, for scalar outputs.
///   - inputs: The tensors to differentiate with respect to.
///   - createGraph: Makes the gradients differentiable, for second-order products.
///   - retainGraph: Keeps the graph for another call. Otherwise its buffers are freed.
public func gradients(
    of outputs: [Tensor], cotangents: [Tensor]? = nil, with inputs: [Tensor], createGraph: Bool = false, retainGraph: Bool = false
) -> [Tensor?] {
    var made = [OpaquePointer?](repeating: nil, count: inputs.count)
    trapping("gradients", outputs) {
        outputs.withRaw { outputHandles in
            inputs.withRaw { inputHandles in
                let count = Int32(outputs.count)
                let keep = retainGraph || createGraph
                guard let cotangents else {
                    return ct_gradients(outputHandles, nil, count, inputHandles, Int32(inputs.count), createGraph, keep, &made)
                }
                return cotangents.withRaw {
                    ct_gradients(outputHandles, $0, count, inputHandles, Int32(inputs.count), createGraph, keep, &made)
                }
            }
        }
    }
    return made.map { $0.map(Tensor.init(owning:)) }
}

/// The gradients of one scalar output; zeros where the output does not depend on an input.
public func gradients(of output: Tensor, with inputs: [Tensor], createGraph: Bool = false) -> [Tensor] {
    zip(gradients(of: [output], with: inputs, createGraph: createGraph), inputs).map { gradient, input in
        gradient ?? Tensor.zeros(input.shape, type: input.type, device: input.device)
    }
}

/// Runs `body` on this thread without recording a graph.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
    try withGradients(enabled: false, body)
}

/// Runs `body` on this thread with recording of graphs switched on or off.
public func withGradients<Result>(enabled: Bool = true, _ body: () throws -> Result) rethrows -> Result {
    let before = ct_gradients_enabled()
    ct_set_gradients_enabled(enabled)
    defer { ct_set_gradients_enabled(before) }
    return try body()
}
