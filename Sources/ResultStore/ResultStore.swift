internal import GRDB
import Foundation

/// The database of one run: `run.sqlite` in its directory. Everything printed about a run comes from here.
///
/// Every write is one transaction in SQLite's write-ahead log. An interrupted process leaves only complete records, and other processes
/// can read during a write. Several threads can use a store at once.
public final class ResultStore: Sendable {
    public static let fileName = "run.sqlite"

    /// The run directory.
    public let directory: URL
    private let reader: any DatabaseReader
    /// The writing connection; nil if the run was opened for reading only.
    private let writer: (any DatabaseWriter)?

    init(directory: URL, reader: any DatabaseReader, writer: (any DatabaseWriter)?) {
        self.directory = directory
        self.reader = reader
        self.writer = writer
    }

    /// Whether the store can record results.
    public var isWritable: Bool { writer != nil }

    /// Closes the database and merges its log into the file. The store cannot be used afterwards.
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

    /// Converts SQLite's errors to this module's errors.
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
