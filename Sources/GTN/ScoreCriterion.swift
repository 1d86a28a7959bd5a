/// The result of a short training that becomes a candidate's score. Higher is always better.
public enum ScoreCriterion: String, Sendable, Hashable, Codable, CaseIterable {
    /// −(mean cross-entropy on held-out images), in nats.
    case loss
    /// Accuracy on held-out images, as a fraction of 1.
    case accuracy
    /// −(mean training loss over the last pass over the images, in nats): how well a network can fit them.
    ///
    /// This is the estimator TSE-E of Ru et al., "Speedy Performance Estimation for Neural Architecture Search" (2021), with E of one
    /// epoch. After many passes over a curriculum, the loss shows how well the network can fit its few images, not how
    /// many it has seen.
    case trainingLoss = "training-loss"
    /// −(mean training loss over all steps, in nats): the area under the learning curve. It is TSE of the same paper, divided by the number
    /// of steps.
    case area

    /// Whether the score needs held-out images, and not only the training itself.
    public var needsEvaluation: Bool { self == .loss || self == .accuracy }

    /// Returns the score of a training.
    ///
    /// - Parameters:
    ///   - accuracy: accuracy on held-out images; required if `needsEvaluation`.
    ///   - loss: loss on held-out images; required if `needsEvaluation`.
    ///   - stepLosses: training loss of every step.
    ///   - pass: number of steps in one pass over the images; at least 1.
    /// - Returns: the score of `Scorer.divergedLoss` if a loss is not finite.
    public func score(accuracy: Double?, loss: Double?, stepLosses: [Double], pass: Int) -> Double {
        switch self {
        case .loss: -Self.bounded(loss!)
        case .accuracy: accuracy!
        case .trainingLoss: -Self.bounded(Array(stepLosses.suffix(pass)).mean)
        case .area: -Self.bounded(stepLosses.mean)
        }
    }

    private static func bounded(_ loss: Double) -> Double { loss.isFinite ? min(loss, Scorer.divergedLoss) : Scorer.divergedLoss }
}
