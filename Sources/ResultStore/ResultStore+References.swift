internal import GRDB

/// Another architecture of a run's space whose accuracy is known from elsewhere.
public struct Reference: Sendable, Hashable {
    public var candidate: Candidate
    /// The accuracy, as a fraction of 1.
    public var accuracy: Double
    /// The scores by the text form of each scoring, nil where undefined; empty until the reference is scored.
    public var scores: [String: Double?]
    /// Whether the scores are computed.
    public var isScored: Bool

    public init(candidate: Candidate, accuracy: Double) {
        (self.candidate, self.accuracy, scores, isScored) = (candidate, accuracy, [:], false)
    }

    init(row: Row) throws {
        let text: String? = row["scores"]
        candidate = try Candidate(row: row)
        accuracy = row["accuracy"]
        scores = try text.map(JSONText.decode) ?? [:]
        isScored = text != nil
    }
}

extension ResultStore {
    /// Records references. Keeps earlier ones.
    /// - Parameter references: The references, not yet scored.
    public func record(references: [Reference]) throws {
        try write { db in
            for reference in references {
                let candidate = reference.candidate
                try db.execute(
                    sql: """
                        INSERT INTO reference (hash, architecture, settings, parameters, macs, memory, accuracy)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (hash) DO NOTHING
                        """,
                    arguments: [
                        candidate.hash, candidate.architecture, try candidate.settings.map(JSONText.encode), candidate.parameters,
                        candidate.macs, candidate.memory, reference.accuracy,
                    ])
            }
        }
    }

    /// Records the scores of a reference.
    /// - Parameters:
    ///   - scores: The scores by the text form of each scoring, nil where undefined.
    ///   - hash: The hash of the reference.
    public func record(scores: [String: Double?], ofReference hash: String) throws {
        try write { db in
            try db.execute(sql: "UPDATE reference SET scores = ? WHERE hash = ?", arguments: [try JSONText.encode(scores), hash])
        }
    }

    /// All references, ordered by hash.
    public func references() throws -> [Reference] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM reference ORDER BY hash").map(Reference.init) }
    }
}
