import Networks
import Tensors

/// One step's loss and gradient, and the second-order product that the adjoint takes of it.
protocol InnerStep {
    /// ℓ(θ; x, y)
    var loss: Double { get }
    /// g = ∇θ ℓ, flat and without a graph.
    var gradient: Tensor { get }
    /// ∂/∂θ, ∂/∂x and ∂/∂y of ⟨g, d⟩ + w ℓ. At most once, for a step that was made differentiable.
    func products(with d: Tensor, lossWeight: Double) -> (parameters: Tensor, images: Tensor, labels: Tensor)
}

/// What differentiates learners.
public enum Differentiation: Sendable, Hashable {
    /// The network compiled for the processor (`NetworkProgram`).
    case program
    /// libtorch's graphs: on any device, and what programs are checked against.
    case graphs

    /// The faster one where the learner's tensors are.
    static func fastest(on device: Device) -> Differentiation { device == .cpu ? .program : .graphs }
}

/// Makes the steps of one learner, on one thread.
struct StepMaker {
    let network: Network
    private let compiled: (program: NetworkProgram, workspace: NetworkProgram.Workspace)?

    init(_ network: Network, _ differentiation: Differentiation) {
        self.network = network
        compiled = differentiation == .program ? (NetworkProgram(network), NetworkProgram.Workspace()) : nil
    }

    /// - Parameter dropout: a source of dropout masks, which compiled networks do not take.
    func step(
        _ parameters: Tensor, _ images: Tensor, _ labels: Tensor, differentiable: Bool, dropout: TensorGenerator? = nil
    ) -> any InnerStep {
        if let compiled { return ProgramStep(compiled.program, compiled.workspace, parameters, images, labels) }
        return StepGraph(network, parameters, images, labels, differentiable: differentiable, dropout: dropout)
    }

    /// How many of the last steps are made differentiable at once and kept. A program's steps hold nothing.
    func keptSteps(_ memory: MemoryPolicy, of steps: Int, batch: Int) -> Int {
        compiled == nil ? memory.keptSteps(of: steps, batch: batch, network) : steps
    }
}

/// A step by the compiled network. It keeps its operands alone: the product sweeps forward again, along the direction.
private struct ProgramStep: InnerStep {
    let loss: Double
    let gradient: Tensor
    private let program: NetworkProgram
    private let workspace: NetworkProgram.Workspace
    private let operands: (parameters: Tensor, images: Tensor, labels: Tensor)

    init(_ program: NetworkProgram, _ workspace: NetworkProgram.Workspace, _ parameters: Tensor, _ images: Tensor, _ labels: Tensor) {
        (loss, gradient) = program.gradient(parameters, images, labels, in: workspace)
        self.program = program
        self.workspace = workspace
        operands = (parameters, images, labels)
    }

    func products(with d: Tensor, lossWeight: Double) -> (parameters: Tensor, images: Tensor, labels: Tensor) {
        program.products(operands.parameters, along: d, lossWeight: lossWeight, operands.images, operands.labels, in: workspace)
    }
}
