/// The result of training one candidate on real data.
public struct Validation: Sendable, Hashable, Codable {
    /// Fraction of 1 on the `validate` split.
    public var accuracy: Double
    /// Mean cross-entropy on the `validate` split, in nats; not a number where it was not finite.
    public var loss: Double
    public var epochs: Int
    /// Images of one epoch.
    public var images: Int
    /// Wall-clock time on one thread.
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
