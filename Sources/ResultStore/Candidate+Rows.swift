internal import GRDB

extension Candidate {
    init(row: Row) throws {
        let settings: String? = row["settings"]
        self.init(
            architecture: row["architecture"], hash: row["hash"], settings: try settings.map(JSONText.decode),
            parameters: row["parameters"], macs: row["macs"], memory: row["memory"], latency: row["milliseconds"])
    }

    /// Inserts the candidate unless its hash is known. Returns the id of its row.
    /// - Parameter proposal: The position among the run's proposals, from 0.
    func insertedID(proposal: Int, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO candidate (hash, architecture, settings, parameters, macs, memory, proposal) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (hash) DO NOTHING
                """,
            arguments: [hash, architecture, try settings.map(JSONText.encode), parameters, macs, memory, proposal])
        return try Self.id(of: hash, db)
    }

    static func id(of hash: String, _ db: Database) throws -> Int64 {
        guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM candidate WHERE hash = ?", arguments: [hash]) else {
            throw UnknownCandidate(hash: hash)
        }
        return id
    }
}
