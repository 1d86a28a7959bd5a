internal import GRDB

/// A validated candidate, encoded as in the JSON output of commands.
public struct ValidatedCandidate: Sendable, Hashable, Encodable {
    public var architecture: String
    /// Values of the space's settings that were fitted to limits, by name; nil if all are those of the run.
    public var settings: [String: Int]?
    public var hash: String
    public var validation: Validation

    init(row: Row) throws {
        let settings: String? = row["settings"]
        self.settings = try settings.map(JSONText.decode)
        architecture = row["architecture"]
        hash = row["hash"]
        validation = Validation(row: row)
    }

    private enum CodingKeys: String, CodingKey {
        case architecture, settings, hash, accuracy, loss, epochs, images, seconds, seed
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(architecture, forKey: .architecture)
        try container.encode(settings, forKey: .settings)
        try container.encode(hash, forKey: .hash)
        try container.encode(validation.accuracy, forKey: .accuracy)
        try container.encode(validation.loss.finite, forKey: .loss)
        try container.encode(validation.epochs, forKey: .epochs)
        try container.encode(validation.images, forKey: .images)
        try container.encode(validation.seconds, forKey: .seconds)
        // Many JSON readers are exact only for integers up to 2^53.
        try container.encode(String(validation.seed), forKey: .seed)
    }
}

/// The length of validation trainings, with the number of candidates trained that long.
public struct ValidationSetting: Sendable, Hashable {
    public var epochs: Int
    /// The number of images in one epoch.
    public var images: Int
    /// The number of successfully validated candidates.
    public var candidates: Int
}
