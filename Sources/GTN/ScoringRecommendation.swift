/// The measured best scoring on a teacher. It is the default of every scoring option that is omitted.
public struct ScoringRecommendation: Sendable, Codable, Hashable {
    /// E, the number of passes over the curriculum.
    public var passes: Int
    /// Peak learning rate of several passes; nil uses the mean of the learned rates.
    public var peakRate: Double?
    public var criterion: ScoreCriterion

    public init(passes: Int, peakRate: Double?, criterion: ScoreCriterion) {
        self.passes = passes
        self.peakRate = peakRate
        self.criterion = criterion
    }

    /// Keys in the metadata of the teacher file.
    private enum CodingKeys: String, CodingKey {
        case passes = "replays"
        case peakRate, criterion
    }
}
