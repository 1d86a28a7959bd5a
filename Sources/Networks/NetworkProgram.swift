internal import CLearner
import Foundation
import SearchSpace
import Synchronization
import Tensors

/// A network compiled for one thread of a processor. It computes the loss, its gradient and second-order products without a graph of
/// operations.
/// Results equal those of `Network.logits` and libtorch's differentiation up to rounding, but are computed several times as fast. The
/// images are the innermost axis of feature maps, so vectors are full for all numbers of channels and sizes.
///
/// The second-order product is one forward and one backward sweep along a direction (Pearlmutter, "Fast Exact Multiplication by the
/// Hessian", 1994). It needs no memory beyond one step's maps. Dropout and drop-path are inactive, as in `Network.logits` without a mask
/// generator.
public final class NetworkProgram: @unchecked Sendable {
    // Immutable after its creation, so threads may share it.
    private let program: OpaquePointer
    private let parameterCount: Int
    private let image: FeatureShape
    private let classes: Int
    private let statisticsCount: Int

    /// Reusable memory for the sweeps of one thread. After release, the memory serves the next workspace.
    public final class Workspace {
        fileprivate let workspace: OpaquePointer

        public init() { workspace = SpareWorkspaces.shared.take() ?? cl_workspace_new()! }
        deinit { SpareWorkspaces.shared.put(workspace) }
    }

    public init(_ network: Network) {
        let graph = network.graph
        var output = graph.output
        while graph.nodes[output].layer == .identity { output = graph.nodes[output].inputs[0] }
        // The offset of each parameter in the flat vector, and the end of the last one.
        let offsets = network.layout.parameters.reduce(into: [0]) { $0.append($0.last! + $1.count) }
        let used = graph.nodes[...output]
        let ends = network.firstParameter.dropFirst() + [network.layout.parameters.count]
        let nodes = zip(used, zip(network.firstParameter, ends)).map { node, own in
            cl_node(node, parameters: offsets[own.0]..<offsets[own.1])
        }
        let inputs = used.flatMap { $0.inputs.map(Int32.init) }
        program = cl_program_new(
            nodes, Int32(nodes.count), inputs, Int64(network.layout.count), network.normKind == .meanOnly, Network.epsilon,
            Activation.leakySlope)
        parameterCount = network.layout.count
        image = graph.inputShape
        classes = graph.classes
        statisticsCount = Int(cl_statistics_count(program))
    }

    deinit { cl_program_free(program) }

    /// Returns ℓ and ∇θ ℓ. ℓ is the mean cross-entropy for images [n, channels, height, width] and labels [n, classes] (probabilities).
    public func gradient(_ parameters: Tensor, _ images: Tensor, _ labels: Tensor, in workspace: Workspace) -> (
        loss: Double, gradient: Tensor
    ) {
        let batch = check(parameters, images, labels)
        var loss = 0.0
        let gradient = Tensor.written([parameterCount], type: parameters.type) { out in
            run(parameters, images, labels) { θ, x, y in
                cl_gradient(program, workspace.workspace, parameters.type.scalar, θ, x, y, batch, &loss, out.baseAddress)
            }
        }
        return (loss, gradient)
    }

    /// Returns the derivatives of ⟨∇θ ℓ, d⟩ + w ℓ with respect to θ, x and y. The term w ℓ adds no cost.
    public func products(
        _ parameters: Tensor, along d: Tensor, lossWeight weight: Double = 0, _ images: Tensor, _ labels: Tensor, in workspace: Workspace
    ) -> (parameters: Tensor, images: Tensor, labels: Tensor) {
        let batch = check(parameters, images, labels)
        precondition(d.shape == parameters.shape && d.type == parameters.type, "direction \(d) does not match parameters \(parameters)")
        let counts = [parameterCount, images.count, labels.count]
        let products = Tensor.written([counts.reduce(0, +)], type: parameters.type) { out in
            let bytes = counts.map { $0 * parameters.type.byteCount }
            let (forθ, forX) = (out.baseAddress!, out.baseAddress! + bytes[0])
            d.withBytes { direction in
                run(parameters, images, labels) { θ, x, y in
                    cl_products(
                        program, workspace.workspace, parameters.type.scalar, θ, direction.baseAddress, x, y, batch, weight, forθ, forX,
                        forX + bytes[1])
                }
            }
        }.split(counts)
        return (products[0], products[1].reshaped(images.shape), products[2].reshaped(labels.shape))
    }

    /// Returns the mean and variance of every norm's input over all these images, as one vector for `logits`.
    public func statistics(_ parameters: Tensor, on images: Tensor, in workspace: Workspace) -> Tensor {
        let batch = check(parameters, images)
        return Tensor.written([statisticsCount], type: parameters.type) { out in
            run(parameters, images, images) { θ, x, _ in
                cl_statistics(program, workspace.workspace, parameters.type.scalar, θ, x, batch, out.baseAddress)
            }
        }
    }

    /// Returns logits [n, classes], with all norms using the given statistics.
    public func logits(_ parameters: Tensor, _ images: Tensor, statistics: Tensor, in workspace: Workspace) -> Tensor {
        let batch = check(parameters, images)
        return Tensor.written([Int(batch), classes], type: parameters.type) { out in
            run(parameters, images, statistics) { θ, x, statistics in
                cl_logits(program, workspace.workspace, parameters.type.scalar, θ, statistics, x, batch, out.baseAddress)
            }
        }
    }

    private func check(_ parameters: Tensor, _ images: Tensor, _ labels: Tensor? = nil) -> Int64 {
        let shape = images.shape
        precondition(parameters.shape == [parameterCount], "expected \(parameterCount) parameters, got \(parameters)")
        precondition(
            shape.count == 4 && Array(shape[1...]) == [image.channels, image.height, image.width] && images.type == parameters.type,
            "expected images of \(image) in \(parameters.type), got \(images)")
        if let labels {
            precondition(
                labels.shape == [shape[0], classes] && labels.type == parameters.type, "labels \(labels) do not match images \(images)")
        }
        return Int64(shape[0])
    }

    private func run(
        _ a: Tensor, _ b: Tensor, _ c: Tensor, _ body: (UnsafeRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?) -> Bool
    ) {
        a.withBytes { a in
            b.withBytes { b in
                c.withBytes { c in
                    guard body(a.baseAddress, b.baseAddress, c.baseAddress) else { fatalError("out of memory while computing a network") }
                }
            }
        }
    }
}

/// A pool of unused workspaces, because allocating memory for a learner costs more than some of its steps.
private final class SpareWorkspaces: Sendable {
    static let shared = SpareWorkspaces()
    /// Addresses, because pointers are not `Sendable`. No one else owns the workspaces in the pool.
    private let spare = Mutex<[UInt]>([])

    func take() -> OpaquePointer? { spare.withLock { $0.popLast() }.flatMap { OpaquePointer(bitPattern: $0) } }
    func put(_ workspace: OpaquePointer) { spare.withLock { $0.append(UInt(bitPattern: workspace)) } }
}

extension ScalarType {
    fileprivate var scalar: cl_scalar {
        switch self {
        case .float32: CL_FLOAT32
        case .float64: CL_FLOAT64
        default: preconditionFailure("networks do not support \(self)")
        }
    }
}

extension Network {
    /// The instruction set that programs use on this processor.
    public static var instructions: String {
        switch cl_current_instructions() {
        case CL_AVX512: "AVX-512"
        case CL_AVX2: "AVX2"
        default: "portable"
        }
    }
}
