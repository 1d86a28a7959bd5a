internal import GRDB
import Foundation

extension ResultStore {
    /// Creates a run: the directory, if it is missing, and the database with the run's description. An error leaves no files behind.
    /// - Throws: `RunAlreadyExists`, `RunDirectoryNotWritable`, `InvalidRecord`.
    public static func create(at directory: URL, run: RunRecord, settings: [String: String] = [:]) throws -> ResultStore {
        let file = directory.appending(path: fileName)
        guard !FileManager.default.fileExists(atPath: file.path) else { throw RunAlreadyExists(directory: directory.path) }
        let firstMade = firstMissing(on: directory)
        do {
            try makeDirectory(directory)
            try write(run, settings, to: file, in: directory)
        } catch {
            if let firstMade { try? FileManager.default.removeItem(at: firstMade) }
            throw error
        }
        return try open(at: directory)
    }

    /// Opens a run to resume it, and migrates an earlier schema. No earlier version of the program may be using the run.
    /// - Throws: `RunNotFound`, `NewerRunSchema`, `DamagedRun`, `RunDirectoryNotWritable`. The file is then unchanged.
    public static func open(at directory: URL) throws -> ResultStore {
        try inspect(directory)
        return try mapped(directory) {
            let pool = try DatabasePool(path: directory.appending(path: fileName).path, configuration: configuration())
            // A result that was reported as done must survive a power failure.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            try RunSchema.migrator.migrate(pool)
            return ResultStore(directory: directory, reader: pool, writer: pool)
        }
    }

    /// Opens a run for reading only, even while a search writes to it. Reads an earlier schema from a migrated copy in memory.
    /// - Throws: `RunNotFound`, `NewerRunSchema`, `DamagedRun`, `RunDatabaseFailure`.
    public static func openForReading(at directory: URL) throws -> ResultStore {
        try inspect(directory)
        return try mapped(directory) {
            let queue = try readOnlyQueue(directory)
            guard try !queue.read(RunSchema.migrator.hasCompletedMigrations) else {
                return ResultStore(directory: directory, reader: queue, writer: nil)
            }
            let copy = try DatabaseQueue()
            try queue.backup(to: copy)
            try RunSchema.migrator.migrate(copy)
            return ResultStore(directory: directory, reader: copy, writer: nil)
        }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.label = fileName
        return configuration
    }

    private static func readOnlyQueue(_ directory: URL) throws -> DatabaseQueue {
        var configuration = configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: directory.appending(path: fileName).path, configuration: configuration)
    }

    /// Refuses a file that this version cannot open, without changing it.
    private static func inspect(_ directory: URL) throws {
        let path = directory.path
        guard FileManager.default.fileExists(atPath: directory.appending(path: fileName).path) else {
            throw RunNotFound(directory: path, reason: "it has no \(fileName)")
        }
        try mapped(directory) {
            let queue = try readOnlyQueue(directory)
            try queue.read { db in
                guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == RunSchema.applicationID else {
                    throw RunNotFound(directory: path, reason: "its \(fileName) was written by another program")
                }
                let finding = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "no answer"
                guard finding == "ok" else { throw DamagedRun(directory: path, reason: finding) }
                let unknown = try RunSchema.migrator.appliedIdentifiers(db).subtracting(RunSchema.migrator.migrations)
                guard unknown.isEmpty else { throw NewerRunSchema(directory: path, unknownMigrations: unknown.sorted()) }
            }
            try queue.close()
        }
    }

    /// Writes the new database under a temporary name and renames it when it is complete.
    private static func write(_ run: RunRecord, _ settings: [String: String], to file: URL, in directory: URL) throws {
        let draft = directory.appending(path: fileName + ".new")
        // An interrupted process may have left a draft behind.
        removeDraft(draft)
        do {
            try mapped(directory) {
                let queue = try DatabaseQueue(path: draft.path, configuration: configuration())
                try RunSchema.migrator.migrate(queue)
                try queue.write { db in
                    try db.execute(sql: "PRAGMA application_id = \(RunSchema.applicationID)")
                    try run.insert(db)
                    for (key, value) in settings { try insertSetting(key, value, db) }
                }
                try queue.close()
            }
            try FileManager.default.moveItem(at: draft, to: file)
        } catch {
            removeDraft(draft)
            throw error
        }
    }

    private static func removeDraft(_ draft: URL) {
        for suffix in ["", "-journal"] { try? FileManager.default.removeItem(atPath: draft.path + suffix) }
    }

    private static func makeDirectory(_ directory: URL) throws {
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw RunDirectoryNotWritable(directory: directory.path, reason: "the directory cannot be created")
        }
    }

    /// The topmost directory of the path that does not exist yet.
    private static func firstMissing(on directory: URL) -> URL? {
        var missing: URL?
        var current = directory.standardizedFileURL
        while !FileManager.default.fileExists(atPath: current.path) {
            missing = current
            current = current.deletingLastPathComponent()
        }
        return missing
    }
}
