import Networks
import Tensors

/// Computes the steps of one learner, on one thread.
struct StepMaker {
    let network: Network
    private let compiled: (program: NetworkProgram, workspace: NetworkProgram.Workspace)?

    init(_ network: Network, _ differentiation: Differentiation) {
        self.network = network
        compiled = differentiation == .program ? (NetworkProgram(network), NetworkProgram.Workspace()) : nil
    }

    /// - Parameter dropout: the generator of dropout masks; compiled networks ignore it.
    func step(
        _ parameters: Tensor, _ images: Tensor, _ labels: Tensor, differentiable: Bool, dropout: TensorGenerator? = nil
    ) -> any InnerStep {
        if let compiled { return ProgramStep(compiled.program, compiled.workspace, parameters, images, labels) }
        return StepGraph(network, parameters, images, labels, differentiable: differentiable, dropout: dropout)
    }

    /// Returns how many of the last steps are made differentiable and kept. A compiled program keeps all steps, because they hold no graph.
    func keptSteps(_ memory: MemoryPolicy, of steps: Int, batch: Int) -> Int {
        compiled == nil ? memory.keptSteps(of: steps, batch: batch, network) : steps
    }
}
