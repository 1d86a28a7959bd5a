internal import GRDB

extension ResultStore {
    /// Records a candidate and its evaluation in one transaction. Replaces an earlier failure.
    /// - Parameters:
    ///   - evaluation: The candidate's evaluation.
    ///   - candidate: The candidate, inserted unless the run already has it.
    ///   - proposal: The position among the run's proposals, from 0.
    /// - Throws: `AlreadyRecorded` if the run already has the candidate's score under this scoring, `InvalidRecord`.
    public func record(_ evaluation: EvaluationRecord, of candidate: Candidate, proposal: Int) throws {
        precondition(evaluation.hash == candidate.hash, "the evaluation of \(evaluation.hash) cannot belong to candidate \(candidate.hash)")
        try write { db in
            try evaluation.insert(candidate: try candidate.insertedID(proposal: proposal, db), db)
        }
    }

    /// Records the evaluation of a known candidate under another scoring. Replaces an earlier failure.
    /// - Throws: `UnknownCandidate`, `AlreadyRecorded`, `InvalidRecord`.
    public func record(_ evaluation: EvaluationRecord) throws {
        try write { db in
            try evaluation.insert(candidate: try Candidate.id(of: evaluation.hash, db), db)
        }
    }

    /// All candidates, in the order of proposal.
    public func candidates() throws -> [Candidate] {
        try read {
            try Row.fetchAll($0, sql: "SELECT * FROM candidate LEFT JOIN latency USING (hash) ORDER BY proposal").map(Candidate.init)
        }
    }

    /// All evaluations under a scoring, including failures, in the order of proposal.
    public func evaluations(scoring: String) throws -> [EvaluationRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT candidate.hash, evaluation.* FROM evaluation JOIN candidate ON candidate.id = candidate_id
                    WHERE scoring = ? ORDER BY proposal
                    """,
                arguments: [scoring]
            ).map(EvaluationRecord.init)
        }
    }

    /// The text forms of all scorings that have evaluations.
    public func scorings() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT DISTINCT scoring FROM evaluation ORDER BY scoring") }
    }

    /// The hashes of all candidates evaluated under a scoring, including failures. A resumed search skips them.
    public func evaluatedHashes(scoring: String) throws -> Set<String> {
        try read { db in
            try String.fetchSet(
                db, sql: "SELECT hash FROM candidate JOIN evaluation ON candidate.id = candidate_id WHERE scoring = ?",
                arguments: [scoring])
        }
    }

    /// The number of candidates with a score. Failures do not count.
    public func evaluatedCount(scoring: String) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM evaluation WHERE scoring = ? AND score IS NOT NULL", arguments: [scoring]) ?? 0
        }
    }

    /// The duration of each successful evaluation, in seconds.
    public func evaluationSeconds(scoring: String) throws -> [Double] {
        try read { db in
            try Double.fetchAll(
                db, sql: "SELECT seconds FROM evaluation WHERE scoring = ? AND failure IS NULL ORDER BY id", arguments: [scoring])
        }
    }

    /// The seconds that each candidate's evaluations under several scorings took together, by hash. Failures count, too.
    /// - Parameter scorings: The text forms of the scorings.
    public func totalSeconds(scorings: [String]) throws -> [String: Double] {
        try read { db in
            var totals: [String: Double] = [:]
            for scoring in scorings {
                let rows = try Row.fetchAll(
                    db, sql: "SELECT hash, seconds FROM candidate JOIN evaluation ON candidate.id = candidate_id WHERE scoring = ?",
                    arguments: [scoring])
                for row in rows { totals[row["hash"], default: 0] += row["seconds"] as Double }
            }
            return totals
        }
    }

    /// The scores under a scoring, by hash.
    public func scores(scoring: String) throws -> [String: Double] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT hash, score FROM candidate JOIN evaluation ON candidate.id = candidate_id
                    WHERE scoring = ? AND score IS NOT NULL
                    """,
                arguments: [scoring])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["hash"], $0["score"]) })
        }
    }

    /// The ranking under a scoring: the highest score first, ties by hash, ascending. Failures have no rank.
    /// - Parameters:
    ///   - scoring: The text form of the scoring.
    ///   - top: The number of candidates to return, from the best; nil for all.
    public func ranking(scoring: String, top: Int? = nil) throws -> [RankedCandidate] {
        try read { db in
            // SQLite treats a negative limit as no limit.
            try Row.fetchAll(
                db,
                sql: """
                    SELECT row_number() OVER (ORDER BY score DESC, hash ASC) AS rank, *
                    FROM evaluation JOIN candidate ON candidate.id = candidate_id LEFT JOIN latency USING (hash)
                    WHERE scoring = ? AND score IS NOT NULL
                    ORDER BY rank LIMIT ?
                    """,
                arguments: [scoring, top.map { max(0, $0) } ?? -1]
            ).map(RankedCandidate.init)
        }
    }
}
