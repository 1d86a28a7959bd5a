/// The result of scoring one candidate.
public struct Evaluation: Sendable, Hashable, Codable {
    /// The score, which orders the ranking. Higher is better.
    public var score: Double
    /// The accuracy on the `score` split, as a fraction of 1; nil if no real image was evaluated.
    public var accuracy: Double?
    /// The mean cross-entropy on the `score` split, in nats; nil if no real image was evaluated.
    public var loss: Double?
    /// The number of training steps.
    public var steps: Int
    /// The wall-clock time on one thread.
    public var seconds: Double
    /// The training loss of every step, in nats; NaN for losses that were not finite.
    public var stepLosses: [Double]
    /// Scores of the same candidate under other scorings, computed together with this one. They are recorded as evaluations of their own.
    public var others: [OtherScore] = []

    public init(score: Double, accuracy: Double? = nil, loss: Double? = nil, steps: Int = 0, seconds: Double, stepLosses: [Double] = []) {
        self.score = score
        self.accuracy = accuracy
        self.loss = loss
        self.steps = steps
        self.seconds = seconds
        self.stepLosses = stepLosses
    }

    private enum CodingKeys: String, CodingKey {
        case score, accuracy, loss, steps, seconds, others
        case stepLosses = "step_losses"
    }
}

/// A candidate's score under another scoring, or the reason why it is undefined.
public struct OtherScore: Sendable, Hashable, Codable {
    /// The text form of the scoring.
    public var scoring: String
    public var score: Double?
    public var failure: String?
    /// The wall-clock time on one thread.
    public var seconds: Double

    public init(scoring: String, score: Double, seconds: Double) {
        (self.scoring, self.score, failure, self.seconds) = (scoring, score, nil, seconds)
    }

    public init(scoring: String, failure: String, seconds: Double) {
        (self.scoring, score, self.failure, self.seconds) = (scoring, nil, failure, seconds)
    }
}
