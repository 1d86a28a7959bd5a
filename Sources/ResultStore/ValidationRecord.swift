internal import GRDB

/// How well a candidate did after training on real data, or why it could not be trained.
public struct ValidationRecord: Sendable, Hashable {
    /// The candidate's.
    public var hash: String
    /// Fraction of 1; nil in a failure.
    public var accuracy: Double?
    /// In nats; nil where it was not a finite number.
    public var loss: Double?
    public var epochs: Int
    /// Images of one epoch.
    public var images: Int
    public var seconds: Double
    public var seed: UInt64
    /// nil in a success.
    public var failure: String?

    public init(hash: String, accuracy: Double, loss: Double?, epochs: Int, images: Int, seconds: Double, seed: UInt64) {
        self.hash = hash
        self.accuracy = accuracy
        self.loss = loss?.finite
        self.epochs = epochs
        self.images = images
        self.seconds = seconds
        self.seed = seed
    }

    /// A candidate that could not be trained.
    public init(hash: String, failure: String, epochs: Int, images: Int, seconds: Double = 0, seed: UInt64) {
        self.init(hash: hash, accuracy: 0, loss: nil, epochs: epochs, images: images, seconds: seconds, seed: seed)
        accuracy = nil
        self.failure = failure
    }

    init(row: Row) {
        hash = row["hash"]
        accuracy = row["accuracy"]
        loss = row["loss"]
        epochs = row["epochs"]
        images = row["images"]
        seconds = row["seconds"]
        seed = UInt64(bitPattern: row["seed"])
        failure = row["failure"]
    }

    /// Inserts the record; only a failure is ever replaced.
    func insert(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO validation (candidate_id, accuracy, loss, epochs, images, seconds, seed, failure) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (candidate_id, epochs, images, seed) DO UPDATE SET
                    accuracy = excluded.accuracy, loss = excluded.loss, seconds = excluded.seconds, failure = excluded.failure
                WHERE validation.failure IS NOT NULL
                """,
            arguments: [
                try CandidateRecord.id(of: hash, db), accuracy, loss, epochs, images, seconds, Int64(bitPattern: seed), failure,
            ])
        guard db.changesCount == 1 else { throw AlreadyRecorded(hash: hash, kind: "validation") }
    }
}
