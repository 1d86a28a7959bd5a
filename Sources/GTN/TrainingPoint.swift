/// A point of the learning curve: the loss and accuracy after an epoch.
public struct TrainingPoint: Sendable, Codable, Hashable {
    /// Number of the epoch, from 1.
    public var epoch: Int
    /// Mean over the epoch, for augmented images with smoothed labels.
    public var trainingLoss: Double
    /// Accuracy on held-out images, which affects nothing.
    public var accuracy: Double
}
