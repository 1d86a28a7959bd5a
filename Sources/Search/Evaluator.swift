import Basics

/// Scores candidates by a proxy. Called from several threads at once, each with its own candidate.
public protocol Evaluator: Sendable {
    /// Scores one candidate; everything random in it comes from the seed.
    /// - Returns: nil when the deadline was reached before the end; nothing is recorded then.
    /// - Throws: whatever went wrong; the candidate is tried once more and then recorded as failed. A `LoopFailure` ends the search.
    func evaluate(_ candidate: Candidate, seed: UInt64, deadline: Deadline) throws -> Evaluation?
}

/// What a proxy says about one candidate.
public struct Evaluation: Sendable, Hashable, Codable {
    /// Higher is better; what the ranking sorts by.
    public var score: Double
    /// Fraction of 1 on the `score` split; nil for a proxy that trains nothing.
    public var accuracy: Double?
    /// Mean cross-entropy on the `score` split, in nats; nil for a proxy that trains nothing.
    public var loss: Double?
    /// Training steps taken.
    public var steps: Int
    /// Wall-clock time on one thread.
    public var seconds: Double
    /// Training loss of every step.
    public var stepLosses: [Double]

    public init(score: Double, accuracy: Double?, loss: Double?, steps: Int, seconds: Double, stepLosses: [Double] = []) {
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
