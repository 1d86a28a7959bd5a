import Datasets
import Networks
import Tensors

/// Accuracy and loss of a trained network on real images, its batch-norm statistics taken from the calibration images.
public struct NetworkEvaluation: Sendable {
    /// Images of one forward pass: enough to fill the processor, few enough to stay in its caches.
    static let chunk = 250

    /// What each class was taken for.
    public let confusion: ConfusionMatrix
    /// Mean cross-entropy in nats.
    public let loss: Double

    public var accuracy: Double { confusion.accuracy }

    /// - Returns: nil when `shouldStop` said so before the end.
    init?(
        _ network: Network, _ parameters: Tensor, calibration: Tensor, on images: ImageSet, at indices: [Int], _ normalization: Normalization,
        shouldStop: () -> Bool = { false }
    ) {
        let logits = Self.logits(network, parameters, calibration: calibration)
        var confusion = ConfusionMatrix(classes: network.graph.classes)
        var total = 0.0
        let finished: Bool = withoutGradients {
            for start in stride(from: 0, to: indices.count, by: Self.chunk) {
                if shouldStop() { return false }
                let rows = indices[start..<min(start + Self.chunk, indices.count)]
                let x = images.images(at: rows, normalization, type: parameters.type, device: parameters.device)
                let y = images.labels(at: rows, device: parameters.device)
                let logits = logits(x)
                confusion.count(y.scalars(Int64.self), takenFor: logits.argmax(1).scalars(Int64.self))
                total -= (logits.logSoftmax(1) * y.oneHot(classes: logits.shape[1], type: logits.type)).sum().item
            }
            return true
        }
        guard finished else { return nil }
        self.confusion = confusion
        loss = total / Double(indices.count)
    }

    /// Logits of images, by the statistics of the calibration images.
    private static func logits(_ network: Network, _ parameters: Tensor, calibration: Tensor) -> (Tensor) -> Tensor {
        switch Differentiation.fastest(on: parameters.device) {
        case .program:
            let (program, workspace) = (NetworkProgram(network), NetworkProgram.Workspace())
            let statistics = program.statistics(parameters, on: calibration, in: workspace)
            return { program.logits(parameters, $0, statistics: statistics, in: workspace) }
        case .graphs:
            let pieces = network.layout.pieces(of: parameters)
            let statistics = withoutGradients { network.statistics(on: calibration, parameters: pieces) }
            return { network.logits($0, parameters: pieces, statistics: .given(statistics)) }
        }
    }
}
