internal import GRDB

extension ResultStore {
    /// Version of the SQLite library in use, asked of a database in memory.
    public static func sqliteVersion() throws -> String {
        try DatabaseQueue().read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? "unknown"
    }
}
