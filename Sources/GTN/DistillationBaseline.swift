/// The test accuracies of a baseline and the learning rate that was best for it.
public struct DistillationBaseline: Sendable, Codable {
    public let name: String
    public let accuracies: [Double]
    /// The best learning rate; nil for the nearest neighbor, which needs no training.
    public let learningRate: Double?
}
