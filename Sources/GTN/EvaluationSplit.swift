/// The held-out images that a trained network is evaluated on.
public enum EvaluationSplit: Sendable {
    /// The `score` split of the training part.
    case score
    /// The `validate` split of the training part.
    case validate
    /// The test part of the data set.
    case test
    /// The first images of the `score` split, for choices that do not need precise accuracies.
    case quick(Int)
}
