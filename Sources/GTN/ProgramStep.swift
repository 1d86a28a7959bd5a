import Networks
import Tensors

/// A step of the compiled network. It stores its operands only; the product repeats the forward sweep along the direction.
struct ProgramStep: InnerStep {
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
