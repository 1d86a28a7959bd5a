internal import GRDB

/// A candidate's evaluation under one scoring, or the reason why it failed.
public struct EvaluationRecord: Sendable, Equatable {
    /// The candidate's hash.
    public var hash: String
    /// The text form of the scoring.
    public var scoring: String
    public var seed: UInt64
    public var outcome: Result<Evaluation, CandidateFailure>

    public init(hash: String, scoring: String, seed: UInt64, outcome: Result<Evaluation, CandidateFailure>) {
        self.hash = hash
        self.scoring = scoring
        self.seed = seed
        self.outcome = outcome
    }

    public var evaluation: Evaluation? { try? outcome.get() }

    init(row: Row) throws {
        hash = row["hash"]
        scoring = row["scoring"]
        seed = UInt64(bitPattern: row["seed"])
        let failure: String? = row["failure"]
        outcome = try failure.map { .failure(CandidateFailure(reason: $0)) } ?? .success(Evaluation(row: row))
    }

    /// Inserts the record. Only failures are replaced.
    func insert(candidate: Int64, _ db: Database) throws {
        var (value, failure): (Evaluation?, String?)
        switch outcome {
        case .success(let evaluation): value = evaluation
        case .failure(let error): failure = error.reason
        }
        try db.execute(
            sql: """
                INSERT INTO evaluation (candidate_id, scoring, seed, score, accuracy, loss, steps, seconds, step_losses, failure)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (candidate_id, scoring) DO UPDATE SET
                    seed = excluded.seed, score = excluded.score, accuracy = excluded.accuracy, loss = excluded.loss,
                    steps = excluded.steps, seconds = excluded.seconds, step_losses = excluded.step_losses, failure = excluded.failure
                WHERE evaluation.failure IS NOT NULL
                """,
            arguments: [
                candidate, scoring, Int64(bitPattern: seed), value?.score, value?.accuracy, value?.loss?.finite, value?.steps ?? 0,
                value?.seconds ?? 0, try JSONText.encode((value?.stepLosses ?? []).map(\.finite)), failure,
            ])
        guard db.changesCount == 1 else { throw AlreadyRecorded(hash: hash, kind: "evaluation") }
        // A score that an earlier phase computed stays: it is the same.
        for other in value?.others ?? [] {
            try db.execute(
                sql: """
                    INSERT INTO evaluation (candidate_id, scoring, seed, score, steps, seconds, step_losses, failure)
                    VALUES (?, ?, ?, ?, 0, ?, '[]', ?)
                    ON CONFLICT (candidate_id, scoring) DO UPDATE SET
                        seed = excluded.seed, score = excluded.score, seconds = excluded.seconds, failure = excluded.failure
                    WHERE evaluation.failure IS NOT NULL
                    """,
                arguments: [candidate, other.scoring, Int64(bitPattern: seed), other.score, other.seconds, other.failure])
        }
    }
}

extension Evaluation {
    init(row: Row) throws {
        let losses: [Double?] = try JSONText.decode(row["step_losses"])
        self.init(
            score: row["score"], accuracy: row["accuracy"], loss: row["loss"], steps: row["steps"], seconds: row["seconds"],
            stepLosses: losses.map { $0 ?? .nan })
    }
}
