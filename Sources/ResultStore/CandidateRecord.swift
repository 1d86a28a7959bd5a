internal import GRDB

/// An architecture that was proposed.
public struct CandidateRecord: Sendable, Hashable {
    public var hash: String
    public var architecture: String
    public var parameters: Int
    /// Multiply-accumulate operations for one image.
    public var macs: Int
    /// Position among the run's proposals, from 0.
    public var proposal: Int

    public init(hash: String, architecture: String, parameters: Int, macs: Int, proposal: Int) {
        self.hash = hash
        self.architecture = architecture
        self.parameters = parameters
        self.macs = macs
        self.proposal = proposal
    }

    init(row: Row) {
        self.init(
            hash: row["hash"], architecture: row["architecture"], parameters: row["parameters"], macs: row["macs"],
            proposal: row["proposal"])
    }

    /// Inserts the candidate unless its hash is known, and returns its row's id.
    func insertedID(_ db: Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO candidate (hash, architecture, parameters, macs, proposal) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (hash) DO NOTHING
                """,
            arguments: [hash, architecture, parameters, macs, proposal])
        return try Self.id(of: hash, db)
    }

    static func id(of hash: String, _ db: Database) throws -> Int64 {
        guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM candidate WHERE hash = ?", arguments: [hash]) else {
            throw UnknownCandidate(hash: hash)
        }
        return id
    }
}
