import Networks
import Tensors

/// A step computed by libtorch, with its autograd graph if it is differentiable.
///
/// No graph spans two steps: parameters and images enter as leaves.
struct StepGraph: InnerStep {
    let loss: Double
    let gradient: Tensor
    private let layout: ParameterLayout
    private let leaves: [Tensor]
    private let pieces: [Tensor?]
    private let lossGraph: Tensor?

    /// - Parameter differentiable: whether to keep the graph of the gradient, which `products` needs.
    init(
        _ network: Network, _ parameters: Tensor, _ images: Tensor, _ labels: Tensor, differentiable: Bool, dropout: TensorGenerator? = nil
    ) {
        layout = network.layout
        let parameterLeaves = layout.pieces(of: parameters).map(\.leaf)
        let (x, y) = differentiable ? (images.leaf, labels.leaf) : (images, labels)
        let loss = crossEntropy(network.logits(x, parameters: parameterLeaves, dropout: dropout), y)
        let gradients = Tensors.gradients(of: [loss], with: parameterLeaves, createGraph: differentiable)
        self.loss = loss.item
        gradient = layout.flat(gradients.map { $0?.detached }, like: parameters)
        leaves = differentiable ? parameterLeaves + [x, y] : []
        pieces = differentiable ? gradients : []
        lossGraph = differentiable ? loss : nil
    }

    /// Consumes the graph.
    func products(with d: Tensor, lossWeight: Double) -> (parameters: Tensor, images: Tensor, labels: Tensor) {
        let directions = layout.pieces(of: d)
        // A gradient that does not depend on the leaves, such as that of a bias after zeros, has no second-order part.
        let used = pieces.indices.filter { pieces[$0]?.requiresGradients ?? false }
        var (values, cotangents) = (used.map { pieces[$0]! }, used.map { directions[$0] })
        if lossWeight != 0, let lossGraph {
            values.append(lossGraph)
            cotangents.append(Tensor.full(lossWeight, lossGraph.shape, type: lossGraph.type, device: lossGraph.device))
        }
        let products: [Tensor?] = values.isEmpty ? leaves.map { _ in nil } : gradients(of: values, cotangents: cotangents, with: leaves)
        let count = layout.parameters.count
        func orZeros(_ product: Tensor?, _ leaf: Tensor) -> Tensor {
            product ?? Tensor.zeros(leaf.shape, type: leaf.type, device: leaf.device)
        }
        return (
            layout.flat(Array(products[..<count]), like: d), orZeros(products[count], leaves[count]),
            orZeros(products[count + 1], leaves[count + 1])
        )
    }
}
