internal import GRDB

extension ResultStore {
    /// Records a candidate and its evaluation, both or neither. A failure recorded before is replaced.
    /// - Parameters:
    ///   - evaluation: of the candidate.
    ///   - candidate: inserted unless the run knows it.
    ///   - proposal: position among the run's proposals, from 0.
    /// - Throws: `AlreadyRecorded` when the candidate's score under this scoring is known, `InvalidRecord`.
    public func record(_ evaluation: EvaluationRecord, of candidate: Candidate, proposal: Int) throws {
        precondition(evaluation.hash == candidate.hash, "an evaluation belongs to its own candidate")
        try write { db in
            try evaluation.insert(candidate: try candidate.insertedID(proposal: proposal, db), db)
        }
    }

    /// Records a known candidate's evaluation under a further scoring.
    /// - Throws: `UnknownCandidate`, and as above.
    public func record(_ evaluation: EvaluationRecord) throws {
        try write { db in
            try evaluation.insert(candidate: try Candidate.id(of: evaluation.hash, db), db)
        }
    }

    /// All candidates in the order of their proposal.
    public func candidates() throws -> [Candidate] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM candidate ORDER BY proposal").map(Candidate.init) }
    }

    /// The evaluations under a scoring, failures included, in the order of proposal.
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

    /// The scorings that have evaluations.
    public func scorings() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT DISTINCT scoring FROM evaluation ORDER BY scoring") }
    }

    /// Hashes of the candidates that a scoring is done with, failures included: what a resumed search passes over.
    public func evaluatedHashes(scoring: String) throws -> Set<String> {
        try read { db in
            try String.fetchSet(
                db, sql: "SELECT hash FROM candidate JOIN evaluation ON candidate.id = candidate_id WHERE scoring = ?",
                arguments: [scoring])
        }
    }

    /// How many candidates have a score; failures do not count.
    public func evaluatedCount(scoring: String) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM evaluation WHERE scoring = ? AND score IS NOT NULL", arguments: [scoring]) ?? 0
        }
    }

    /// Seconds that each success took.
    public func evaluationSeconds(scoring: String) throws -> [Double] {
        try read { db in
            try Double.fetchAll(
                db, sql: "SELECT seconds FROM evaluation WHERE scoring = ? AND failure IS NULL ORDER BY id", arguments: [scoring])
        }
    }

    /// Scores by hash.
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

    /// The ranking under a scoring: by score, the highest first, ties by hash, ascending. Failures have no rank.
    /// - Parameters:
    ///   - scoring: its text form.
    ///   - top: how many of the best; nil for all.
    public func ranking(scoring: String, top: Int? = nil) throws -> [RankedCandidate] {
        try read { db in
            // A negative limit is none.
            try Row.fetchAll(
                db,
                sql: """
                    SELECT row_number() OVER (ORDER BY score DESC, hash ASC) AS rank, *
                    FROM evaluation JOIN candidate ON candidate.id = candidate_id
                    WHERE scoring = ? AND score IS NOT NULL
                    ORDER BY rank LIMIT ?
                    """,
                arguments: [scoring, top.map { max(0, $0) } ?? -1]
            ).map(RankedCandidate.init)
        }
    }
}
