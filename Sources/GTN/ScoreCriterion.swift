/// What of a short training a candidate is scored by. Higher is better in all of them.
public enum ScoreCriterion: String, Sendable, Hashable, Codable, CaseIterable {
    /// −(mean cross-entropy on held-out images), in nats.
    case loss
    /// On held-out images, as a fraction of 1.
    case accuracy
    /// −(mean training loss over the last pass through the images, in nats): how well a network can fit them.
    ///
    /// The estimator TSE-E of Ru et al., "Speedy Performance Estimation for Neural Architecture Search" (2021), with one epoch for E. On a
    /// curriculum of many passes, every network fits its few images well or badly for what it is, and none for how many it has
    /// seen.
    case trainingLoss = "training-loss"
    /// −(mean training loss over all steps, in nats): the area under the learning curve (TSE of the same paper, divided by the number of
    /// steps).
    case area

    /// Whether it comes from held-out images, not from the training itself.
    public var needsEvaluation: Bool { self == .loss || self == .accuracy }

    /// The score of a training.
    ///
    /// - Parameters:
    ///   - accuracy: on held-out images; nil only where these are not asked (`needsEvaluation`).
    ///   - loss: on held-out images; likewise.
    ///   - stepLosses: training loss of every step.
    ///   - pass: steps in which every image is seen once; at least 1.
    /// - Returns: that of `Scorer.divergedLoss` where a loss is not finite.
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
