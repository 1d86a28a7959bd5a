internal import GRDB

extension ResultStore {
    /// Records a training on real data of a known candidate. A failure recorded before is replaced.
    /// - Throws: `UnknownCandidate`, `AlreadyRecorded` for the same epochs, images and seed, `InvalidRecord`.
    public func record(_ validation: ValidationRecord) throws {
        try write { try validation.insert($0) }
    }

    /// All trainings on real data, failures included, in the order in which they ended.
    public func validations() throws -> [ValidationRecord] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT hash, validation.* FROM validation JOIN candidate ON candidate.id = candidate_id ORDER BY validation.id
                    """
            ).map(ValidationRecord.init)
        }
    }

    /// The successful ones with their architectures, the highest accuracy first, ties by hash.
    public func validated() throws -> [ValidatedCandidate] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT architecture, hash, validation.* FROM validation JOIN candidate ON candidate.id = candidate_id
                    WHERE accuracy IS NOT NULL ORDER BY accuracy DESC, hash, seed
                    """
            ).map(ValidatedCandidate.init)
        }
    }

    /// The settings in which candidates were trained: first the one with most candidates, of equals the longer training.
    public func validationSettings() throws -> [ValidationSetting] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT epochs, images, count(DISTINCT candidate_id) AS candidates FROM validation
                    WHERE accuracy IS NOT NULL GROUP BY epochs, images
                    ORDER BY candidates DESC, epochs * images DESC, epochs DESC
                    """
            ).map { ValidationSetting(epochs: $0["epochs"], images: $0["images"], candidates: $0["candidates"]) }
        }
    }

    /// Accuracies by hash of the candidates trained in one setting: the mean where one was trained several times.
    public func accuracies(epochs: Int, images: Int) throws -> [String: Double] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT hash, avg(accuracy) AS accuracy FROM validation JOIN candidate ON candidate.id = candidate_id
                    WHERE epochs = ? AND images = ? AND accuracy IS NOT NULL GROUP BY candidate_id
                    """,
                arguments: [epochs, images])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["hash"], $0["accuracy"]) })
        }
    }
}
