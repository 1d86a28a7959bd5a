internal import GRDB

extension ResultStore {
    /// Records the latency of a network in milliseconds, whether or not it is a candidate. Keeps an earlier one.
    /// - Parameters:
    ///   - milliseconds: The latency, above zero.
    ///   - hash: The hash of the network's canonical form.
    public func record(latency milliseconds: Double, of hash: String) throws {
        try write { db in
            try db.execute(
                sql: "INSERT INTO latency (hash, milliseconds) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
                arguments: [hash, milliseconds])
        }
    }

    /// All recorded latencies in milliseconds, by hash.
    public func latencies() throws -> [String: Double] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT hash, milliseconds FROM latency")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["hash"], $0["milliseconds"]) })
        }
    }
}
