import Foundation
@testable import ResultStore
import Testing

struct OpeningTests {
    private let scratch = Scratch()

    private func sqlite(_ sql: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()",
            scratch.database.path, sql,
        ]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    @Test func createdRunsReopen() throws {
        try scratch.create().close()
        let store = try ResultStore.open(at: scratch.directory)
        #expect(try store.run() == .sample)
        #expect(try store.settings() == ["channels": "16", "cells": "5"])
    }

    @Test func closingLeavesOnlyTheDatabase() throws {
        try scratch.create().close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path) == [ResultStore.fileName])
    }

    @Test func neverOverwrites() throws {
        try scratch.create().close()
        #expect(throws: RunAlreadyExists(directory: scratch.directory.path)) { try scratch.create() }
    }

    @Test func createReplacesTheDraftOfAnInterruptedProcess() throws {
        try FileManager.default.createDirectory(at: scratch.directory, withIntermediateDirectories: true)
        try Data("half".utf8).write(to: scratch.directory.appending(path: ResultStore.fileName + ".new"))
        #expect(try scratch.create().run() == .sample)
    }

    @Test func anInvalidDescriptionLeavesNoFiles() throws {
        var run = RunRecord.sample
        run.budgetSeconds = 0
        #expect(throws: InvalidRecord.self) { try ResultStore.create(at: scratch.directory.appending(path: "deep/er"), run: run) }
        #expect(!FileManager.default.fileExists(atPath: scratch.directory.path))
    }

    @Test func refusesADirectoryThatCannotBeCreated() throws {
        try Data().write(to: scratch.directory)
        #expect(throws: RunDirectoryNotWritable.self) {
            try ResultStore.create(at: scratch.directory.appending(path: "run"), run: .sample)
        }
        #expect(throws: RunDirectoryNotWritable.self) { try scratch.create() }
    }

    @Test func refusesADirectoryWithoutARun() throws {
        try FileManager.default.createDirectory(at: scratch.directory, withIntermediateDirectories: true)
        let missing = RunNotFound(directory: scratch.directory.path, reason: "it has no run.sqlite")
        #expect(throws: missing) { try ResultStore.open(at: scratch.directory) }
        #expect(throws: missing) { try ResultStore.openForReading(at: scratch.directory) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.directory.path).isEmpty)
    }

    @Test func refusesAnotherProgramsDatabase() throws {
        try FileManager.default.createDirectory(at: scratch.directory, withIntermediateDirectories: true)
        try sqlite("CREATE TABLE note (text)")
        let before = try Data(contentsOf: scratch.database)
        #expect(throws: RunNotFound(directory: scratch.directory.path, reason: "its run.sqlite was written by another program")) {
            try ResultStore.open(at: scratch.directory)
        }
        #expect(try Data(contentsOf: scratch.database) == before)
    }

    @Test func refusesAFileThatIsNotADatabase() throws {
        try FileManager.default.createDirectory(at: scratch.directory, withIntermediateDirectories: true)
        try Data(repeating: 65, count: 5_000).write(to: scratch.database)
        #expect(throws: DamagedRun.self) { try ResultStore.open(at: scratch.directory) }
    }

    @Test func refusesATruncatedDatabase() throws {
        let store = try scratch.create()
        try store.evaluate((0..<300).map(Double.init))
        try store.close()
        let whole = try Data(contentsOf: scratch.database)
        try whole.prefix(whole.count / 2).write(to: scratch.database)
        #expect(throws: DamagedRun.self) { try ResultStore.open(at: scratch.directory) }
    }

    @Test func refusesANewerSchema() throws {
        try scratch.create().close()
        try sqlite("INSERT INTO grdb_migrations VALUES ('dreams')")
        #expect(throws: NewerRunSchema(directory: scratch.directory.path, unknownMigrations: ["dreams"])) {
            try ResultStore.open(at: scratch.directory)
        }
        #expect(throws: NewerRunSchema.self) { try ResultStore.openForReading(at: scratch.directory) }
    }

    @Test func readsWhileAnotherWrites() throws {
        let writer = try scratch.create()
        try writer.evaluate([1, 2])
        let reader = try ResultStore.openForReading(at: scratch.directory)
        #expect(try reader.evaluatedCount(scoring: "curriculum") == 2)
        try writer.record(evaluation(2, score: 3), of: 2)
        #expect(try reader.evaluatedCount(scoring: "curriculum") == 3)
        #expect(throws: RunIsReadOnly(directory: scratch.directory.path)) { try reader.record(setting: "a", value: "b") }
    }

    @Test func readsAnUnmergedLog() throws {
        // The database and its log as SIGKILL leaves them: copied while the writer is open.
        let writer = try scratch.create()
        try writer.evaluate([1, 2, 3])
        let copy = Scratch()
        try FileManager.default.createDirectory(at: copy.directory, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: scratch.database.path + suffix, toPath: copy.database.path + suffix)
        }
        #expect(try ResultStore.openForReading(at: copy.directory).evaluatedCount(scoring: "curriculum") == 3)
        #expect(try ResultStore.open(at: copy.directory).evaluatedCount(scoring: "curriculum") == 3)
    }
}
