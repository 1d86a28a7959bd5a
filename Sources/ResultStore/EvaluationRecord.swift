internal import GRDB

/// What a proxy said about a candidate: a score, or why there is none.
public struct EvaluationRecord: Sendable, Hashable {
    /// The candidate's.
    public var hash: String
    public var proxy: String
    public var seed: UInt64
    /// Higher is better; nil in a failure.
    public var score: Double?
    /// Fraction of 1; nil where the proxy has none.
    public var accuracy: Double?
    /// In nats; nil where the proxy has none.
    public var loss: Double?
    public var steps: Int
    public var seconds: Double
    /// Training loss of every step; nil where it was not a finite number.
    public var stepLosses: [Double?]
    /// nil in a success.
    public var failure: String?

    public init(
        hash: String, proxy: String, seed: UInt64, score: Double, accuracy: Double? = nil, loss: Double? = nil,
        steps: Int = 0, seconds: Double, stepLosses: [Double] = []
    ) {
        self.hash = hash
        self.proxy = proxy
        self.seed = seed
        self.score = score
        self.accuracy = accuracy
        self.loss = loss?.finite
        self.steps = steps
        self.seconds = seconds
        self.stepLosses = stepLosses.map(\.finite)
    }

    /// A candidate that could not be scored.
    public init(hash: String, proxy: String, seed: UInt64, failure: String, seconds: Double = 0) {
        self.init(hash: hash, proxy: proxy, seed: seed, score: 0, seconds: seconds)
        score = nil
        self.failure = failure
    }

    init(row: Row) throws {
        hash = row["hash"]
        proxy = row["proxy"]
        seed = UInt64(bitPattern: row["seed"])
        score = row["score"]
        accuracy = row["accuracy"]
        loss = row["loss"]
        steps = row["steps"]
        seconds = row["seconds"]
        stepLosses = try JSONText.decode(row["step_losses"])
        failure = row["failure"]
    }

    /// Inserts the record; only a failure is ever replaced.
    func insert(candidate: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO evaluation (candidate_id, proxy, seed, score, accuracy, loss, steps, seconds, step_losses, failure)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (candidate_id, proxy) DO UPDATE SET
                    seed = excluded.seed, score = excluded.score, accuracy = excluded.accuracy, loss = excluded.loss,
                    steps = excluded.steps, seconds = excluded.seconds, step_losses = excluded.step_losses, failure = excluded.failure
                WHERE evaluation.failure IS NOT NULL
                """,
            arguments: [
                candidate, proxy, Int64(bitPattern: seed), score, accuracy, loss, steps, seconds,
                try JSONText.encode(stepLosses), failure,
            ])
        guard db.changesCount == 1 else { throw AlreadyRecorded(hash: hash, kind: "evaluation") }
    }
}
