internal import GRDB
import Foundation

/// Brings runs of the first schema to scorings in text form: what a score is stood in seven settings, and evaluations knew its first word
/// alone.
///
/// It spells the texts as they were when it was written, and never changes.
enum ScoringMigration {
    static func migrate(_ db: Database) throws {
        // It was never written.
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

    /// Names were `curriculum`, `curriculum 1/9` on a rung of successive halving, `real-steps 64` on a rung of short trainings on real
    /// data.
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
            // A training of the run's own length may have been repeated to compare lengths.
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

    /// As `Double.description` spells it.
    private static func number(_ key: String, _ db: Database) throws -> String? {
        try setting(key, db).flatMap(Double.init).map { "\($0)" }
    }

    /// A setting's value without the quotes of its JSON text.
    private static func setting(_ key: String, _ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM setting WHERE key = ?", arguments: [key])
            .map { $0.trimmingCharacters(in: ["\""]) }
    }

    private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
