internal import GRDB

/// One line of a ranking, encoded as commands print it.
public struct RankedRecord: Sendable, Hashable, Encodable {
    /// 1 for the best.
    public var rank: Int
    public var architecture: String
    public var hash: String
    public var score: Double
    public var accuracy: Double?
    public var loss: Double?
    public var steps: Int
    public var seconds: Double
    public var parameters: Int
    public var macs: Int

    init(row: Row) {
        rank = row["rank"]
        architecture = row["architecture"]
        hash = row["hash"]
        score = row["score"]
        accuracy = row["accuracy"]
        loss = row["loss"]
        steps = row["steps"]
        seconds = row["seconds"]
        parameters = row["parameters"]
        macs = row["macs"]
    }

    private enum CodingKeys: String, CodingKey {
        case rank, architecture, hash, score, accuracy, loss, steps, seconds, parameters, macs
    }

    /// Every field is there: what is unknown is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rank, forKey: .rank)
        try container.encode(architecture, forKey: .architecture)
        try container.encode(hash, forKey: .hash)
        try container.encode(score, forKey: .score)
        try container.encode(accuracy, forKey: .accuracy)
        try container.encode(loss, forKey: .loss)
        try container.encode(steps, forKey: .steps)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(macs, forKey: .macs)
    }
}
