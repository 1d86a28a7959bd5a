import GTN

/// What a candidate's score is. One value serves everything that scores: searches, single scores, comparisons, workers.
///
/// Its text form (`description`, `init(_:)`) is its key in the run database.
public indirect enum Scoring: Sendable, Hashable {
    /// A short training on the curriculum of the run's teacher.
    case curriculum(CurriculumScoring = CurriculumScoring())
    /// A short training on real images.
    case realImages(RealImagesScoring)
    /// A score of the untrained network.
    case untrained(UntrainedScore)
    /// A cost of the network: the free baselines.
    case cost(Cost)
    /// The sum of a candidate's ranks under several scorings, among all candidates that the first has scored (`RankSum`).
    case rankSum([Scoring])

    /// What a network costs, known without computing anything.
    public enum Cost: String, Sendable, Hashable, Codable, CaseIterable {
        /// Trainable parameters.
        case parameters
        /// Multiply-accumulates for one image.
        case macs
    }

    /// The scoring whose evaluations are recorded: a rank sum is derived from that of its first member when a ranking is read.
    public var recorded: Scoring {
        if case .rankSum(let members) = self { return members[0].recorded }
        return self
    }

    /// Whether candidates are trained.
    public var trains: Bool {
        switch recorded {
        case .curriculum, .realImages: true
        case .untrained, .cost: false
        case .rankSum: preconditionFailure("what is recorded is no rank sum")
        }
    }

    /// Whether candidates are trained on a teacher's curriculum.
    public var needsTeacher: Bool {
        if case .curriculum = recorded { return true }
        return false
    }

    /// Whether the score needs no computation.
    public var isFree: Bool {
        if case .cost = recorded { return true }
        return false
    }

    /// The quantity of the training that becomes the score; nil where nothing is trained.
    public var criterion: ScoreCriterion? {
        switch recorded {
        case .curriculum(let training): training.criterion
        case .realImages(let training): training.criterion
        case .untrained, .cost, .rankSum: nil
        }
    }

    /// The same with only one part in `divisor` of the training, for the short rungs of successive halving.
    public func part(_ divisor: Int) -> Scoring {
        switch self {
        case .curriculum(var training):
            training.divisor = divisor
            return .curriculum(training)
        case .realImages(var training):
            training.divisor = divisor
            return .realImages(training)
        case .rankSum(let members): return .rankSum(members.map { $0.part(divisor) })
        case .untrained, .cost: return self
        }
    }
}

/// A short training on a curriculum.
public struct CurriculumScoring: Sendable, Hashable {
    /// E, passes over the curriculum. One pass keeps the learned rates; more follow `Curriculum.repeated(passes:peakRate:)`.
    public var passes: Int
    /// Peak of the rate of several passes; nil for the mean of the learned rates.
    public var passRate: Double?
    public var criterion: ScoreCriterion
    /// K, trainings from different initial parameters; the score is their mean.
    public var initializations: Int
    /// The training is cut to 1/divisor of its length.
    public var divisor = 1

    public init(passes: Int = 1, passRate: Double? = nil, criterion: ScoreCriterion = .loss, initializations: Int = 1) {
        self.passes = passes
        self.passRate = passRate
        self.criterion = criterion
        self.initializations = initializations
    }
}

/// A short training on real images, its rate annealed to zero.
public struct RealImagesScoring: Sendable, Hashable {
    public enum Length: Sendable, Hashable {
        case steps(Int)
        /// As many steps as fit into this time on this machine.
        case seconds(Double)
    }

    public var length: Length
    public var criterion: ScoreCriterion
    /// The training is cut to 1/divisor of its length.
    public var divisor = 1

    public init(_ length: Length, criterion: ScoreCriterion = .loss) {
        self.length = length
        self.criterion = criterion
    }
}
