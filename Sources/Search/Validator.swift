import Basics

/// Trains candidates on real data, all of them alike. Called from several threads at once, each with its own candidate.
public protocol Validator: Sendable {
    /// Trains one candidate; everything random in it comes from the seed.
    /// - Returns: nil when the deadline was reached before the end; nothing is recorded then.
    /// - Throws: whatever went wrong; the candidate is tried once more and then recorded as failed.
    func validate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Validation?
}

/// How well one candidate does after training on real data.
public struct Validation: Sendable, Hashable, Codable {
    /// Fraction of 1 on the `validate` split.
    public var accuracy: Double
    /// Mean cross-entropy on the `validate` split, in nats.
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
