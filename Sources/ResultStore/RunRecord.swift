internal import GRDB
import Foundation

/// The description of a run, with everything needed to repeat it.
public struct RunRecord: Sendable, Hashable {
    /// The command line.
    public var command: String
    public var seed: UInt64
    /// The time budget; nil for a run bounded by count.
    public var budgetSeconds: Double?
    public var spaceName: String
    public var spaceHash: String
    /// The search-space file, with the text of included files inserted.
    public var spaceText: String
    public var dataset: String
    /// The version of each component, by name.
    public var versions: [String: String]
    public var device: String
    public var machine: String
    /// The time of creation, stored to the millisecond.
    public var created: Date

    public init(
        command: String, seed: UInt64, budgetSeconds: Double?, spaceName: String, spaceHash: String, spaceText: String,
        dataset: String, versions: [String: String], device: String, machine: String, created: Date = Date()
    ) {
        self.command = command
        self.seed = seed
        self.budgetSeconds = budgetSeconds
        self.spaceName = spaceName
        self.spaceHash = spaceHash
        self.spaceText = spaceText
        self.dataset = dataset
        self.versions = versions
        self.device = device
        self.machine = machine
        self.created = created
    }

    init(row: Row) throws {
        self.init(
            command: row["command"], seed: UInt64(bitPattern: row["seed"]), budgetSeconds: row["budget_seconds"],
            spaceName: row["space_name"], spaceHash: row["space_hash"], spaceText: row["space_text"], dataset: row["dataset"],
            versions: try JSONText.decode(row["versions"]), device: row["device"], machine: row["machine"], created: row["created"])
    }

    func insert(_ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO run (id, command, seed, budget_seconds, space_name, space_hash, space_text, dataset, versions, device, \
                machine, created)
                VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                command, Int64(bitPattern: seed), budgetSeconds, spaceName, spaceHash, spaceText, dataset,
                try JSONText.encode(versions), device, machine, created,
            ])
    }
}
