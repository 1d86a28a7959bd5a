internal import GRDB

/// A candidate's validation, or the reason why it failed.
public struct ValidationRecord: Sendable, Equatable {
    /// The candidate's hash.
    public var hash: String
    public var epochs: Int
    /// The number of images in one epoch.
    public var images: Int
    public var seed: UInt64
    public var outcome: Result<Validation, CandidateFailure>

    /// A record of a successful validation.
    public init(hash: String, _ validation: Validation) {
        self.init(
            hash: hash, epochs: validation.epochs, images: validation.images, seed: validation.seed, outcome: .success(validation))
    }

    public init(hash: String, epochs: Int, images: Int, seed: UInt64, outcome: Result<Validation, CandidateFailure>) {
        self.hash = hash
        self.epochs = epochs
        self.images = images
        self.seed = seed
        self.outcome = outcome
    }

    init(row: Row) {
        let failure: String? = row["failure"]
        self.init(
            hash: row["hash"], epochs: row["epochs"], images: row["images"], seed: UInt64(bitPattern: row["seed"]),
            outcome: failure.map { .failure(CandidateFailure(reason: $0)) } ?? .success(Validation(row: row)))
    }

    /// Inserts the record. Only failures are replaced.
    func insert(_ db: Database) throws {
        var (value, failure): (Validation?, String?)
        switch outcome {
        case .success(let validation): value = validation
        case .failure(let error): failure = error.reason
        }
        try db.execute(
            sql: """
                INSERT INTO validation (candidate_id, accuracy, loss, epochs, images, seconds, seed, failure) VALUES (?, ?, ?, ?, ?, ?, \
                ?, ?)
                ON CONFLICT (candidate_id, epochs, images, seed) DO UPDATE SET
                    accuracy = excluded.accuracy, loss = excluded.loss, seconds = excluded.seconds, failure = excluded.failure
                WHERE validation.failure IS NOT NULL
                """,
            arguments: [
                try Candidate.id(of: hash, db), value?.accuracy, value?.loss.finite, epochs, images, value?.seconds ?? 0,
                Int64(bitPattern: seed), failure,
            ])
        guard db.changesCount == 1 else { throw AlreadyRecorded(hash: hash, kind: "validation") }
    }
}

extension Validation {
    init(row: Row) {
        self.init(
            accuracy: row["accuracy"], loss: row["loss"] ?? .nan, epochs: row["epochs"], images: row["images"], seconds: row["seconds"],
            seed: UInt64(bitPattern: row["seed"]))
    }
}
