/// A point of the learning curve: the loss and accuracy after an epoch.
public struct TrainingPoint: Sendable, Codable, Hashable {
    /// Number of the epoch, from 1.
    public var epoch: Int
    /// Mean over the epoch, on augmented images with smoothed labels.
    public var trainingLoss: Double
    /// Accuracy on held-out images. It is reported only; training does not use it.
    public var accuracy: Double
}
