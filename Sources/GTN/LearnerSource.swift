/// A source of learners for meta-training.
public protocol LearnerSource: Sendable {
    /// Returns a learner to train. The same seed gives the same learner.
    func learner(seed: UInt64) -> Learner
}
