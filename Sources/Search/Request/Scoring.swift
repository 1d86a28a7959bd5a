import GTN

/// The definition of a candidate's score, shared by searches, single scores, comparisons and workers.
///
/// Its text form (`description`, `init(_:)`) is its key in the run database.
public indirect enum Scoring: Sendable, Hashable {
    /// A short training on the curriculum of the run's teacher.
    case curriculum(CurriculumScoring = CurriculumScoring())
    /// A short training on real images.
    case realImages(RealImagesScoring)
    /// A score of the untrained network.
    case untrained(UntrainedScore)
    /// A cost of the network: a free baseline.
    case cost(Cost)
    /// The sum of a candidate's ranks under several scorings, among all candidates that the first has scored (`RankSum`).
    case rankSum([Scoring])
    /// Several scorings in one ranking, weighted by how far each is believed (`RankAggregate`). All members of a candidate are evaluated
    /// together.
    case aggregate([Scoring])

    /// The aggregate of a short training with costs and untrained scores. Members and the weights of `weightInAggregates` are a compromise
    /// between four spaces (Results/exploration/scores).
    public static func aggregate(with training: Scoring) -> Scoring {
        .aggregate(
            [training, .cost(.macs), .cost(.parameters)]
                + [.jacobianCovariance, .trainability, .nwot, .zico, .synflow, .expressivity].map(Scoring.untrained))
    }

    /// The weight of this scoring in an aggregate before its agreement with the other members and with accuracies counts. Scorings without
    /// one have a weight only if accuracies speak for them.
    var weightInAggregates: Double {
        switch self {
        case .curriculum, .realImages, .cost(.macs): 3
        case .untrained(.jacobianCovariance): 1
        case .untrained(.expressivity): 0.75
        case .cost(.parameters), .untrained(.trainability), .untrained(.nwot), .untrained(.zico), .untrained(.synflow), .untrained(.snip),
            .untrained(.gradientNorm), .untrained(.grasp), .untrained(.fisher):
            0
        case .rankSum, .aggregate: 0
        }
    }

    /// A cost of a network, known without any computation.
    public enum Cost: String, Sendable, Hashable, Codable, CaseIterable {
        /// Trainable parameters.
        case parameters
        /// Multiply-accumulates for one image.
        case macs
    }

    /// The scoring that a candidate's evaluation is recorded under: the first member's for a rank sum or an aggregate, because sums are
    /// computed when a ranking is read.
    public var recorded: Scoring {
        switch self {
        case .rankSum(let members), .aggregate(let members): members[0].recorded
        case .curriculum, .realImages, .untrained, .cost: self
        }
    }

    /// The scoring by which one candidate is evaluated: the first member's for a rank sum, which is defined only for several candidates.
    var evaluated: Scoring {
        if case .rankSum(let members) = self { return members[0].evaluated }
        return self
    }

    /// Returns an aggregate without a cost. Among candidates that are fitted to a limit on it, only rounding makes costs differ.
    func without(_ cost: CostKind?) -> Scoring {
        guard case .aggregate(let members) = self else { return self }
        return .aggregate(members.filter { if case .cost(let member) = $0 { member.rawValue != cost?.rawValue } else { true } })
    }

    /// The members of an aggregate; empty for other scorings.
    public var members: [Scoring] {
        if case .aggregate(let members) = self { return members }
        return []
    }

    /// Whether candidates are trained.
    public var trains: Bool {
        switch recorded {
        case .curriculum, .realImages: true
        case .untrained, .cost: false
        case .rankSum, .aggregate: preconditionFailure("a recorded scoring has no members")
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

    /// The quantity of the training that becomes the score; nil if nothing is trained.
    public var criterion: ScoreCriterion? {
        switch recorded {
        case .curriculum(let training): training.criterion
        case .realImages(let training): training.criterion
        case .untrained, .cost, .rankSum, .aggregate: nil
        }
    }

    /// Returns the scoring with the training cut to 1/divisor of its length, for the short rungs of successive halving.
    public func part(_ divisor: Int) -> Scoring {
        switch self {
        case .curriculum(var training):
            training.divisor = divisor
            return .curriculum(training)
        case .realImages(var training):
            training.divisor = divisor
            return .realImages(training)
        case .rankSum(let members): return .rankSum(members.map { $0.part(divisor) })
        case .aggregate(let members): return .aggregate(members.map { $0.part(divisor) })
        case .untrained, .cost: return self
        }
    }
}

/// A short training on a curriculum.
public struct CurriculumScoring: Sendable, Hashable {
    /// E, the number of passes over the curriculum. One pass uses the learned learning rates; several follow
    /// `Curriculum.repeated(passes:peakRate:)`.
    public var passes: Int
    /// Peak learning rate of several passes; nil for the mean of the learned ones.
    public var passRate: Double?
    public var criterion: ScoreCriterion
    /// K, the number of trainings from different initial parameters; the score is their mean.
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

/// A short training on real images, with the learning rate annealed to zero.
public struct RealImagesScoring: Sendable, Hashable {
    public enum Length: Sendable, Hashable {
        case steps(Int)
        /// The number of steps that this machine completes in this time.
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
