internal import GRDB
import Foundation

/// Migrates runs of the first schema to scorings in text form. The first schema spread a scoring over seven settings and stored only its
/// first word with evaluations.
///
/// The texts here are those at the time of this migration and never change.
enum ScoringMigration {
    static func migrate(_ db: Database) throws {
        // No version ever wrote this column.
        try db.execute(sql: "ALTER TABLE meta_step DROP COLUMN accuracy")
        try db.execute(sql: "ALTER TABLE evaluation RENAME COLUMN proxy TO scoring")
        try db.execute(sql: "DROP INDEX evaluation_by_score")
        try db.execute(sql: "CREATE INDEX evaluation_by_score ON evaluation (scoring, score)")
        try db.execute(
            sql: """
                UPDATE setting SET key = 'validation_configuration',
                    value = json_object('configuration', json_extract(value, '$.plan'), 'hashes', json_extract(value, '$.hashes'))
                WHERE key = 'validation_plan'
                """)
        try renameEvaluations(db)
        if let proxy = try setting("proxy", db) {
            try ResultStore.insertSetting("scoring", quoted(text(of: proxy, divisor: 1, db)), db)
        }
        try db.execute(
            sql: """
                DELETE FROM setting
                WHERE key IN ('proxy', 'score_by', 'replays', 'replay_rate', 'initializations', 'real_steps', 'real_seconds')
                """)
    }

    /// The old names were `curriculum`, `curriculum 1/9` for a rung of successive halving, and `real-steps 64` for a rung of short
    /// trainings on real data.
    private static func renameEvaluations(_ db: Database) throws {
        for name in try String.fetchAll(db, sql: "SELECT DISTINCT scoring FROM evaluation") {
            let words = name.split(separator: " ").map(String.init)
            var renamed = try text(of: words[0], divisor: 1, db)
            if words.count == 2 {
                let divisor = words[1].split(separator: "/")
                renamed =
                    divisor.count == 2 ? try text(of: words[0], divisor: Int(divisor[1]) ?? 1, db) : "real-images steps=\(words[1])"
                if divisor.count == 1 { try ResultStore.insertSetting("speedup", "true", db) }
            }
            guard renamed != name else { continue }
            // The run's regular length may also have been a rung's, so both names can exist.
            try db.execute(sql: "UPDATE OR IGNORE evaluation SET scoring = ? WHERE scoring = ?", arguments: [renamed, name])
            try db.execute(sql: "DELETE FROM evaluation WHERE scoring = ?", arguments: [name])
        }
    }

    private static func text(of proxy: String, divisor: Int, _ db: Database) throws -> String {
        let part = divisor == 1 ? "" : " part=1/\(divisor)"
        let criterion = try setting("score_by", db).map { $0 == "loss" ? "" : " by=\($0)" } ?? ""
        switch proxy {
        case "blend": return "rank-sum(\(try text(of: "curriculum", divisor: divisor, db)), parameters)"
        case "real-steps-blend": return "rank-sum(\(try text(of: "real-steps", divisor: divisor, db)), parameters)"
        case "real-seconds-blend": return "rank-sum(\(try text(of: "real-seconds", divisor: divisor, db)), parameters)"
        case "real-steps": return "real-images steps=\(try setting("real_steps", db) ?? "100")\(criterion)\(part)"
        case "real-seconds": return "real-images seconds=\(try number("real_seconds", db) ?? "2.0")\(criterion)\(part)"
        case "curriculum":
            let passes = try setting("replays", db).map { " passes=\($0)" } ?? ""
            let rate = try number("replay_rate", db).map { " rate=\($0)" } ?? ""
            let initializations = try setting("initializations", db).map { " initializations=\($0)" } ?? ""
            return "curriculum\(passes)\(rate)\(criterion)\(initializations)\(part)"
        default: return proxy
        }
    }

    /// A number, formatted like `Double.description`.
    private static func number(_ key: String, _ db: Database) throws -> String? {
        try setting(key, db).flatMap(Double.init).map { "\($0)" }
    }

    /// The value of a setting, without the quotes of its JSON text.
    private static func setting(_ key: String, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
            .map { $0.trimmingCharacters(in: ["\""]) }
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
