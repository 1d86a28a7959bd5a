internal import GRDB

extension ResultStore {
    /// The run's description.
    public func run() throws -> RunRecord {
        try read { db in
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM run") else {
                throw DamagedRun(directory: directory.path, reason: "the run's description is missing")
            }
            return try RunRecord(row: row)
        }
    }

    /// The resolved settings by name.
    public func settings() throws -> [String: String] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT key, value FROM setting")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["key"], $0["value"]) })
        }
    }

    /// Records a setting that was resolved during the run. Replaces an earlier value.
    public func record(setting key: String, value: String) throws {
        try write { try Self.insertSetting(key, value, $0) }
    }

    static func insertSetting(_ key: String, _ value: String, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            arguments: [key, value])
    }

    /// Adds wall-clock seconds to a phase. The total spans all resumptions.
    public func add(seconds: Double, to phase: RunPhase) throws {
        try write { db in
            // The schema checks only the sum, which could hide a negative addend.
            guard seconds >= 0 else { throw InvalidRecord(reason: "seconds must not be negative, not \(seconds)") }
            try db.execute(
                sql: """
                    INSERT INTO phase_time (phase, seconds) VALUES (?, ?)
                    ON CONFLICT (phase) DO UPDATE SET seconds = seconds + excluded.seconds
                    """,
                arguments: [phase.rawValue, seconds])
        }
    }

    /// The wall-clock seconds of each phase. Phases without time are missing.
    public func spentSeconds() throws -> [RunPhase: Double] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT phase, seconds FROM phase_time")
            return Dictionary(
                uniqueKeysWithValues: rows.compactMap { row in
                    RunPhase(rawValue: row["phase"]).map { ($0, row["seconds"]) }
                })
        }
    }

    /// The wall-clock seconds of all phases together.
    public func totalSeconds() throws -> Double {
        try read { try Double.fetchOne($0, sql: "SELECT total(seconds) FROM phase_time") ?? 0 }
    }
}
