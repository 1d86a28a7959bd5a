internal import GRDB

extension ResultStore {
    /// Records the validation of a known candidate. Replaces an earlier failure.
    /// - Throws: `UnknownCandidate`, `AlreadyRecorded` if the run has a result for the same epochs, images and seed, `InvalidRecord`.
    public func record(_ validation: ValidationRecord) throws {
        try write { try validation.insert($0) }
    }

    /// All validations, including failures, in the order in which they finished.
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

    /// All successful validations with their architectures: the highest accuracy first, ties by hash.
    public func validated() throws -> [ValidatedCandidate] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT architecture, settings, hash, validation.* FROM validation JOIN candidate ON candidate.id = candidate_id
                    WHERE accuracy IS NOT NULL ORDER BY accuracy DESC, hash, seed
                    """
            ).map(ValidatedCandidate.init)
        }
    }

    /// The settings under which candidates were validated, by descending number of candidates. Ties are ordered by length of training.
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

    /// The accuracies of candidates validated under one setting, by hash. A candidate with several validations has their mean.
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
