import Datasets
import Tensors

/// Accuracy and loss of a trained network on real images.
public struct NetworkEvaluation: Sendable {
    /// Images per forward pass: enough to occupy the processor, but few enough for its caches.
    static let chunk = 250

    /// Counts of predicted classes, by true class.
    public let confusion: ConfusionMatrix
    /// Mean cross-entropy in nats.
    public let loss: Double

    public var accuracy: Double { confusion.accuracy }

    /// - Returns: nil if `shouldStop` returned true before the end.
    init?(
        _ trained: TrainedNetwork, on images: ImageSet, at indices: [Int], _ normalization: Normalization,
        shouldStop: () -> Bool = { false }
    ) {
        let parameters = trained.parameters
        var confusion = ConfusionMatrix(classes: trained.network.graph.classes)
        var total = 0.0
        let finished: Bool = withoutGradients {
            for start in stride(from: 0, to: indices.count, by: Self.chunk) {
                if shouldStop() { return false }
                let rows = indices[start..<min(start + Self.chunk, indices.count)]
                let x = images.images(at: rows, normalization, type: parameters.type, device: parameters.device)
                let y = images.labels(at: rows, device: parameters.device)
                let logits = trained.logits(x)
                confusion.count(y.scalars(Int64.self), takenFor: logits.argmax(1).scalars(Int64.self))
                total -= (logits.logSoftmax(1) * y.oneHot(classes: logits.shape[1], type: logits.type)).sum().item
            }
            return true
        }
        guard finished else { return nil }
        self.confusion = confusion
        loss = total / Double(indices.count)
    }
}
