internal import GRDB

/// One validated candidate, encoded as commands print it.
public struct ValidatedRecord: Sendable, Hashable, Encodable {
    public var architecture: String
    public var hash: String
    public var accuracy: Double
    public var loss: Double?
    public var epochs: Int
    public var images: Int
    public var seconds: Double
    public var seed: UInt64

    init(row: Row) {
        architecture = row["architecture"]
        hash = row["hash"]
        accuracy = row["accuracy"]
        loss = row["loss"]
        epochs = row["epochs"]
        images = row["images"]
        seconds = row["seconds"]
        seed = UInt64(bitPattern: row["seed"])
    }

    private enum CodingKeys: String, CodingKey {
        case architecture, hash, accuracy, loss, epochs, images, seconds, seed
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(architecture, forKey: .architecture)
        try container.encode(hash, forKey: .hash)
        try container.encode(accuracy, forKey: .accuracy)
        try container.encode(loss, forKey: .loss)
        try container.encode(epochs, forKey: .epochs)
        try container.encode(images, forKey: .images)
        try container.encode(seconds, forKey: .seconds)
        // JSON's readers keep whole numbers to 2^53 only.
        try container.encode(String(seed), forKey: .seed)
    }
}

/// How candidates were trained on real data, and how many that way.
public struct ValidationSetting: Sendable, Hashable {
    public var epochs: Int
    /// Images of one epoch.
    public var images: Int
    /// Candidates with a success.
    public var candidates: Int
}

/// One candidate as the proxy and real training see it.
public struct ComparisonRecord: Sendable, Hashable {
    public var hash: String
    public var architecture: String
    public var parameters: Int
    public var macs: Int
    public var score: Double
    /// Mean over the seeds it was validated with.
    public var accuracy: Double

    init(row: Row) {
        hash = row["hash"]
        architecture = row["architecture"]
        parameters = row["parameters"]
        macs = row["macs"]
        score = row["score"]
        accuracy = row["accuracy"]
    }
}
