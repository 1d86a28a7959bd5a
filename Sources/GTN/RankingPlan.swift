import SearchSpace

/// What a teacher that is made for ranking learns from, and how candidates will go through it.
///
/// Its learners are architectures whose real accuracy is known. Each goes through the images several times at a rate that falls to zero, and what
/// meta-training orders is the training loss of the last time, by a pairwise logistic loss: the very score of ``ScoreCriterion/trainingLoss``.
public struct RankingPlan: Sendable {
    /// Architectures and what they reach in full training on real data, or whatever else tells which are better.
    public var pilot: [(architecture: Architecture, accuracy: Double)]
    /// The proxy whose scores these are; nil where they are accuracies.
    public var proxy: String?
    /// E, how often the images are gone through.
    public var passes = 4
    /// Whether the training loss is to order them together with their numbers of parameters, as a blend of both does.
    public var besideParameters = false
    /// Whose images and labels to begin with; nil for real images.
    public var start: Curriculum.Snapshot?

    public init(pilot: [(architecture: Architecture, accuracy: Double)]) {
        self.pilot = pilot
    }

    /// What tells it from others, for checkpoints.
    var identity: String {
        let began = start.map { $0.curriculum() }.map { "sums \($0.images.sum().item), \($0.labels.power(2).sum().item)" }
        return "\(pilot), \(passes) passes\(besideParameters ? ", beside parameters" : ""), from \(began ?? "real images")"
    }

    /// Rates that are learned rank worse than ones that fall to zero and stay as they are: measured.
    public static let schedule = InitialSchedule(learningRate: 0.3, momentum: 0.9, decay: 0.8, isLearned: false)
}
