/// What a scoring measured of one candidate.
public struct Evaluation: Sendable, Hashable, Codable {
    /// Higher is better; what the ranking sorts by.
    public var score: Double
    /// Fraction of 1 on the `score` split; nil where no real image was evaluated.
    public var accuracy: Double?
    /// Mean cross-entropy on the `score` split, in nats; nil where no real image was evaluated.
    public var loss: Double?
    /// Training steps taken.
    public var steps: Int
    /// Wall-clock time on one thread.
    public var seconds: Double
    /// Training loss of every step, in nats; not a number where it was not finite.
    public var stepLosses: [Double]

    public init(score: Double, accuracy: Double? = nil, loss: Double? = nil, steps: Int = 0, seconds: Double, stepLosses: [Double] = []) {
        self.score = score
        self.accuracy = accuracy
        self.loss = loss
        self.steps = steps
        self.seconds = seconds
        self.stepLosses = stepLosses
    }

    private enum CodingKeys: String, CodingKey {
        case score, accuracy, loss, steps, seconds
        case stepLosses = "step_losses"
    }
}
