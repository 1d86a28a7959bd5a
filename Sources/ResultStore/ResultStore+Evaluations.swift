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

    /// Scores that no evaluation holds, and the proxy that each is taken from, by name: a candidate's mean rank by that proxy's score and by its
    /// parameters, over the number of candidates, so that 1 is the best in both. Ties share their mean rank.
    ///
    /// A blend is a sum of ranks (Borda's count) without weights to be fitted, and needs no accuracy. It is taken anew of all that the
    /// proxy has scored whenever it is read: one more candidate may move all of them.
    public static let blends = ["blend": "curriculum", "real-steps-blend": "real-steps", "real-seconds-blend": "real-seconds"]

    /// The table `scored`: evaluations that have a score, and the blends.
    static let scored = {
        let names = blends.sorted { $0.key < $1.key }
        return """
            WITH scored AS (
                SELECT candidate_id, proxy, score, accuracy, loss, steps, seconds FROM evaluation WHERE score IS NOT NULL
                UNION ALL
                SELECT candidate_id, CASE proxy \(names.map { "WHEN '\($0.value)' THEN '\($0.key)'" }.joined(separator: " ")) END,
                    (rank() OVER (PARTITION BY proxy ORDER BY score) + rank() OVER (PARTITION BY proxy ORDER BY parameters)
                        + (count(*) OVER (PARTITION BY proxy, score) + count(*) OVER (PARTITION BY proxy, parameters)) / 2.0 - 1)
                        / (2.0 * count(*) OVER (PARTITION BY proxy)),
                    accuracy, loss, steps, seconds
                FROM evaluation JOIN candidate ON candidate.id = candidate_id
                WHERE proxy IN (\(names.map { "'\($0.value)'" }.joined(separator: ", "))) AND score IS NOT NULL
            )
            """
    }()

    /// How many candidates a proxy has scored; failures do not count.
    public func evaluatedCount(proxy: String) throws -> Int {
        try read { try Int.fetchOne($0, sql: "\(Self.scored) SELECT count(*) FROM scored WHERE proxy = ?", arguments: [proxy]) ?? 0 }
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
                sql: "\(Self.scored) SELECT hash, score FROM candidate JOIN scored ON candidate.id = candidate_id WHERE proxy = ?",
                arguments: [proxy])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["hash"], $0["score"]) })
        }
    }

    /// A proxy's ranking: by score, the highest first, ties by hash, ascending. Failures have no rank.
    /// - Parameters:
    ///   - proxy: its name.
    ///   - top: how many of the best; nil for all.
    public func ranking(proxy: String, top: Int? = nil) throws -> [RankedRecord] {
        try read { db in
            // A negative limit is none.
            try Row.fetchAll(
                db,
                sql: """
                    \(Self.scored)
                    SELECT row_number() OVER (ORDER BY score DESC, hash ASC) AS rank,
                        architecture, hash, score, accuracy, loss, steps, seconds, parameters, macs
                    FROM scored JOIN candidate ON candidate.id = candidate_id
                    WHERE proxy = ?
                    ORDER BY rank LIMIT ?
                    """,
                arguments: [proxy, top.map { max(0, $0) } ?? -1]
            ).map(RankedRecord.init)
        }
    }
}
