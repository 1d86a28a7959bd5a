import Networks
import Tensors

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
