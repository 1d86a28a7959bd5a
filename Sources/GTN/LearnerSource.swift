/// Where meta-training takes its learners from.
public protocol LearnerSource: Sendable {
    /// A learner to train; the same seed gives the same one.
    func learner(seed: UInt64) -> Learner
}
