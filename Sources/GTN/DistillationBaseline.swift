/// A baseline's test accuracies and the rate that was best for it.
public struct DistillationBaseline: Sendable, Codable {
    public let name: String
    public let accuracies: [Double]
    /// nil for the nearest neighbor, which is not trained.
    public let learningRate: Double?
}
