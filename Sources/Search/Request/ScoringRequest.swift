import Basics
import GTN

/// A request for scores. A nil property takes its value from the resumed run, else from the teacher's recommendation, else the default.
public struct ScoringRequest: Sendable {
    /// The kind of score; nil for that of the resumed run, else the aggregate.
    public var proxy: Proxy?
    /// E, the number of passes over the curriculum.
    public var passes: Int?
    /// Peak learning rate of several passes.
    public var passRate: Double?
    public var criterion: ScoreCriterion?
    /// K, the number of trainings of each candidate on the curriculum.
    public var initializations: Int?
    /// Number of steps on real images for ``Proxy/realSteps``.
    public var realSteps = 100
    /// Seconds of training on real images for ``Proxy/realSeconds``.
    public var realSeconds = 2.0

    public init(_ proxy: Proxy? = nil) { self.proxy = proxy }

    /// The kind of score that follows from the request.
    /// - Parameter begun: the scoring of the run that is resumed.
    func proxy(begun: Scoring? = nil) -> Proxy { proxy ?? begun?.proxy ?? .aggregate }

    /// Returns the scoring that follows from the request.
    /// - Parameters:
    ///   - begun: the scoring of the run that is resumed.
    ///   - recommendation: the teacher's recommendation.
    public func scoring(begun: Scoring? = nil, recommendation: ScoringRecommendation? = nil) -> Scoring {
        let proxy = proxy(begun: begun)
        return switch proxy {
        case .curriculum: curriculum(begun, recommendation)
        case .realSteps: .realImages(RealImagesScoring(.steps(realSteps), criterion: criterion ?? begun?.criterion ?? .loss))
        case .realSeconds: .realImages(RealImagesScoring(.seconds(realSeconds), criterion: criterion ?? begun?.criterion ?? .loss))
        case .parameters: .cost(.parameters)
        case .macs: .cost(.macs)
        case .synflow, .nwot, .snip, .grasp, .fisher, .jacobianCovariance, .gradientNorm, .zico, .trainability, .expressivity:
            .untrained(UntrainedScore(rawValue: proxy.rawValue)!)
        case .aggregate: .aggregate(with: member(of: proxy).scoring(begun: begun, recommendation: recommendation))
        case .blend, .realStepsBlend, .realSecondsBlend:
            .rankSum([member(of: proxy).scoring(begun: begun, recommendation: recommendation), .cost(.parameters)])
        }
    }

    private func member(of proxy: Proxy) -> ScoringRequest {
        var member = self
        member.proxy = proxy.trained
        return member
    }

    private func curriculum(_ begun: Scoring?, _ recommendation: ScoringRecommendation?) -> Scoring {
        var training = CurriculumScoring()
        if case .curriculum(let earlier)? = begun?.recorded {
            training = earlier
        } else if let recommendation {
            training.passes = recommendation.passes
            training.passRate = recommendation.peakRate
            training.criterion = recommendation.criterion
        }
        training.passes = passes ?? training.passes
        training.passRate = training.passes == 1 ? nil : passRate ?? training.passRate
        training.criterion = criterion ?? training.criterion
        training.initializations = initializations ?? training.initializations
        return .curriculum(training)
    }

    /// Refuses contradictory settings before any file is read.
    /// - Parameters:
    ///   - makesTeacher: whether a new teacher is made; it recommends nothing.
    ///   - begun: the scoring of the run that is resumed.
    func check(makesTeacher: Bool, begun: Scoring? = nil) throws(InputError) {
        let proxy = proxy(begun: begun)
        let isTaught = proxy.trained == .curriculum
        func trainsOnNoCurriculum(_ name: String, _ value: some CustomStringConvertible) -> InputError {
            InputError(
                """
                \(setting: name) \(value): \(setting: "proxy") \(proxy.rawValue) does not train on a curriculum; omit \(setting: name)
                """)
        }
        try SettingCheck.ifGiven("initializations", initializations, 1...1_000)
        if let initializations, initializations > 1, !isTaught { throw trainsOnNoCurriculum("initializations", initializations) }
        try SettingCheck.ifGiven("passes", passes, 1...10_000)
        if let passes, !isTaught { throw trainsOnNoCurriculum("passes", passes) }
        if let passRate {
            _ = try SettingCheck.positive("pass-rate", passRate)
            guard isTaught else { throw trainsOnNoCurriculum("pass-rate", passRate) }
            // An existing teacher may recommend several passes.
            if passes == 1 || passes == nil && makesTeacher { throw Self.rateOfOnePass(passRate) }
        }
        if let criterion, ![.curriculum, .realSteps, .realSeconds].contains(proxy.trained) {
            throw InputError(
                """
                \(setting: "criterion") \(criterion.rawValue): \(setting: "proxy") \(proxy.rawValue) trains nothing; omit \
                \(setting: "criterion")
                """)
        }
        _ = try SettingCheck.whole("real-steps", realSteps, 1...1_000_000)
        _ = try SettingCheck.positive("real-seconds", realSeconds)
    }

    /// Refuses a pass rate if the resolved scoring has a single pass.
    func check(resolved scoring: Scoring) throws(InputError) {
        guard let passRate, case .curriculum(let training) = scoring.recorded, training.passes == 1 else { return }
        throw Self.rateOfOnePass(passRate)
    }

    private static func rateOfOnePass(_ rate: Double) -> InputError {
        InputError("\(setting: "pass-rate") \(rate): one pass over a curriculum uses its learned rates; add \(setting: "passes") 16")
    }
}
