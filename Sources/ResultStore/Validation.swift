/// The result of validating one candidate: training on real data, then evaluation.
public struct Validation: Sendable, Hashable, Codable {
    /// The accuracy on the `validate` split, as a fraction of 1.
    public var accuracy: Double
    /// The mean cross-entropy on the `validate` split, in nats; NaN if it was not finite.
    public var loss: Double
    public var epochs: Int
    /// The number of images in one epoch.
    public var images: Int
    /// The wall-clock time on one thread.
    public var seconds: Double
    public var seed: UInt64

    public init(accuracy: Double, loss: Double, epochs: Int, images: Int, seconds: Double, seed: UInt64) {
        self.accuracy = accuracy
        self.loss = loss
        self.epochs = epochs
        self.images = images
        self.seconds = seconds
        self.seed = seed
    }
}
