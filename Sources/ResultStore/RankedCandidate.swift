internal import GRDB

/// One row of a ranking, encoded as in the JSON output of commands.
public struct RankedCandidate: Sendable, Hashable, Encodable {
    /// The rank, 1 for the best.
    public var rank: Int
    public var candidate: Candidate
    public var evaluation: Evaluation
    /// The scores of the members of an aggregate, by name, nil where undefined; nil for a ranking by one score.
    public var scores: [String: Double?]?

    public init(rank: Int, candidate: Candidate, evaluation: Evaluation) {
        self.rank = rank
        self.candidate = candidate
        self.evaluation = evaluation
    }

    init(row: Row) throws {
        self.init(rank: row["rank"], candidate: try Candidate(row: row), evaluation: try Evaluation(row: row))
    }

    private enum CodingKeys: String, CodingKey {
        case rank, architecture, settings, hash, score, scores, accuracy, loss, steps, seconds, parameters, macs, memory
        case latency = "latency_ms"
    }

    /// Encodes every field. Unknown values are null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rank, forKey: .rank)
        try container.encode(candidate.architecture, forKey: .architecture)
        try container.encode(candidate.settings, forKey: .settings)
        try container.encode(candidate.hash, forKey: .hash)
        try container.encode(evaluation.score, forKey: .score)
        try container.encodeIfPresent(scores, forKey: .scores)
        try container.encode(evaluation.accuracy, forKey: .accuracy)
        try container.encode(evaluation.loss, forKey: .loss)
        try container.encode(evaluation.steps, forKey: .steps)
        try container.encode(evaluation.seconds, forKey: .seconds)
        try container.encode(candidate.parameters, forKey: .parameters)
        try container.encode(candidate.macs, forKey: .macs)
        try container.encode(candidate.memory, forKey: .memory)
        try container.encode(candidate.latency, forKey: .latency)
    }
}
