/// A point of the learning curve: loss and accuracy after an epoch.
public struct TrainingPoint: Sendable, Codable, Hashable {
    /// From 1.
    public var epoch: Int
    /// Mean over the epoch, of augmented images with smoothed labels.
    public var trainingLoss: Double
    /// On images kept out of the training, which decide nothing.
    public var accuracy: Double
}
