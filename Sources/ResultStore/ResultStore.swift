internal import GRDB
import Foundation

/// The database of one run, `run.sqlite` in its directory: all that is printed about the run comes from here.
///
/// Every write is one transaction of SQLite's write-ahead log: a process killed at any moment leaves whole records only,
/// and others read while one writes. Safe to use from several threads at once.
public final class ResultStore: Sendable {
    public static let fileName = "run.sqlite"

    /// The run directory.
    public let directory: URL
    private let reader: any DatabaseReader
    /// nil in a run opened for reading only.
    private let writer: (any DatabaseWriter)?

    init(directory: URL, reader: any DatabaseReader, writer: (any DatabaseWriter)?) {
        self.directory = directory
        self.reader = reader
        self.writer = writer
    }

    /// Whether results can be recorded.
    public var isWritable: Bool { writer != nil }

    /// Closes the database and folds its log into the one file. Using the store afterwards fails.
    public func close() throws {
        try mapped { try reader.close() }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
        try mapped { try reader.read(body) }
    }

    func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
        guard let writer else { throw RunIsReadOnly(directory: directory.path) }
        return try mapped { try writer.write(body) }
    }

    private func mapped<Value>(_ body: () throws -> Value) throws -> Value {
        try Self.mapped(directory, body)
    }

    /// Turns SQLite's errors into this module's.
    static func mapped<Value>(_ directory: URL, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as DatabaseError {
            let path = directory.path
            let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: throw InvalidRecord(reason: reason)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: throw DamagedRun(directory: path, reason: reason)
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_FULL, .SQLITE_IOERR:
                throw RunDirectoryNotWritable(directory: path, reason: reason)
            default: throw RunDatabaseFailure(directory: path, reason: reason)
            }
        }
    }
}
