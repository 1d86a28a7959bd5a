import Datasets
import Networks
import Tensors

/// Accuracy and loss of a trained network on real images, its batch-norm statistics taken from the calibration images.
struct NetworkEvaluation: Sendable {
    /// Images of one forward pass: enough to fill the processor, few enough to stay in its caches.
    static let chunk = 250

    let accuracy: Double
    /// Mean cross-entropy in nats.
    let loss: Double

    /// - Returns: nil when `shouldStop` said so before the end.
    init?(
        _ network: Network, _ parameters: Tensor, calibration: Tensor, on images: ImageSet, at indices: [Int], _ normalization: Normalization,
        shouldStop: () -> Bool = { false }
    ) {
        let pieces = network.layout.pieces(of: parameters)
        var (correct, total) = (0.0, 0.0)
        let finished: Bool = withoutGradients {
            let statistics = network.statistics(on: calibration, parameters: pieces)
            for start in stride(from: 0, to: indices.count, by: Self.chunk) {
                if shouldStop() { return false }
                let rows = indices[start..<min(start + Self.chunk, indices.count)]
                let x = images.images(at: rows, normalization, type: parameters.type, device: parameters.device)
                let y = images.labels(at: rows, device: parameters.device)
                let logits = network.logits(x, parameters: pieces, statistics: .given(statistics))
                correct += logits.argmax(1).equals(y).to(.float64).sum().item
                total -= (logits.logSoftmax(1) * y.oneHot(classes: logits.shape[1], type: logits.type)).sum().item
            }
            return true
        }
        guard finished else { return nil }
        accuracy = correct / Double(indices.count)
        loss = total / Double(indices.count)
    }
}
