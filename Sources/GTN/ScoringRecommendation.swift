/// How candidates are best scored on a teacher, where that was measured: what scoring follows unless it is asked otherwise.
public struct ScoringRecommendation: Sendable, Codable, Hashable {
    /// E, passes over the curriculum.
    public var passes: Int
    /// Peak of the rate of several passes; nil for the mean of the learned rates.
    public var peakRate: Double?
    public var criterion: ScoreCriterion

    public init(passes: Int, peakRate: Double?, criterion: ScoreCriterion) {
        self.passes = passes
        self.peakRate = peakRate
        self.criterion = criterion
    }

    /// Keys of the teacher file's metadata.
    private enum CodingKeys: String, CodingKey {
        case passes = "replays"
        case peakRate, criterion
    }
}
