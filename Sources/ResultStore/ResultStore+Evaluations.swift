internal import GRDB

extension ResultStore {
    /// Records a candidate and what a proxy said of it, both or neither. A failure recorded before is replaced.
    /// - Throws: `AlreadyRecorded` when the proxy's score of the candidate is known, `InvalidRecord`.
    public func record(_ evaluation: EvaluationRecord, of candidate: CandidateRecord) throws {
        precondition(evaluation.hash == candidate.hash, "an evaluation belongs to its own candidate")
        try write { db in
            try evaluation.insert(candidate: try candidate.insertedID(db), db)
        }
    }

    /// Records what a further proxy said of a known candidate.
    /// - Throws: `UnknownCandidate`, and as above.
    public func record(_ evaluation: EvaluationRecord) throws {
        try write { db in
            try evaluation.insert(candidate: try CandidateRecord.id(of: evaluation.hash, db), db)
        }
    }

    /// All candidates in the order of their proposal.
    public func candidates() throws -> [CandidateRecord] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM candidate ORDER BY proposal").map(CandidateRecord.init) }
    }

    /// A proxy's evaluations, failures included, in the order of proposal.
    public func evaluations(proxy: String) throws -> [EvaluationRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT candidate.hash, evaluation.* FROM evaluation JOIN candidate ON candidate.id = candidate_id
                    WHERE proxy = ? ORDER BY proposal
                    """,
                arguments: [proxy]
            ).map(EvaluationRecord.init)
        }
    }

    /// Names of the proxies that have evaluations.
    public func proxies() throws -> [String] {
        try read { try String.fetchAll($0, sql: "SELECT DISTINCT proxy FROM evaluation ORDER BY proxy") }
    }

    /// Hashes of the candidates a proxy is done with, failures included: what a resumed search passes over.
    public func evaluatedHashes(proxy: String) throws -> Set<String> {
        try read { db in
            try String.fetchSet(
                db, sql: "SELECT hash FROM candidate JOIN evaluation ON candidate.id = candidate_id WHERE proxy = ?",
                arguments: [proxy])
        }
    }

    /// How many candidates a proxy has scored; failures do not count.
    public func evaluatedCount(proxy: String) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM evaluation WHERE proxy = ? AND failure IS NULL", arguments: [proxy]) ?? 0
        }
    }

    /// Seconds that each success of a proxy took.
    public func evaluationSeconds(proxy: String) throws -> [Double] {
        try read { db in
            try Double.fetchAll(
                db, sql: "SELECT seconds FROM evaluation WHERE proxy = ? AND failure IS NULL ORDER BY id", arguments: [proxy])
        }
    }

    /// A proxy's scores by hash.
    public func scores(proxy: String) throws -> [String: Double] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT hash, score FROM candidate JOIN evaluation ON candidate.id = candidate_id
                    WHERE proxy = ? AND score IS NOT NULL
                    """,
                arguments: [proxy])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["hash"], $0["score"]) })
        }
    }

    /// A proxy's ranking: by score, the highest first, ties by hash, ascending. Failures have no rank.
    /// - Parameter top: how many of the best; nil for all.
    public func ranking(proxy: String, top: Int? = nil) throws -> [RankedRecord] {
        try read { db in
            // A negative limit is none.
            try Row.fetchAll(
                db,
                sql: """
                    SELECT row_number() OVER (ORDER BY score DESC, hash ASC) AS rank,
                        architecture, hash, score, accuracy, loss, steps, seconds, parameters, macs
                    FROM evaluation JOIN candidate ON candidate.id = candidate_id
                    WHERE proxy = ? AND score IS NOT NULL
                    ORDER BY rank LIMIT ?
                    """,
                arguments: [proxy, top.map { max(0, $0) } ?? -1]
            ).map(RankedRecord.init)
        }
    }
}
