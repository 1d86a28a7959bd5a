import Foundation
import GRDB
@testable import ResultStore
import Testing

/// Migrates databases of the first version, which stored one row for each setting and only the first word of the proxy with evaluations.
struct ScoringMigrationTests {
    private let scratch = Scratch()

    private func makeOld(_ settings: [String: String], evaluations: [String]) throws {
        try FileManager.default.createDirectory(at: scratch.directory, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: scratch.database.path)
        try RunSchema.migrator.migrate(queue, upTo: "run, teacher, candidates, evaluations, validations")
        try queue.write { db in
            try db.execute(sql: "PRAGMA application_id = \(RunSchema.applicationID)")
            try RunRecord.sample.insert(db)
            try db.execute(sql: "INSERT INTO meta_step (step, loss, accuracy, seconds) VALUES (0, 2.5, NULL, 1)")
            for (key, value) in settings { try ResultStore.insertSetting(key, value, db) }
            try db.execute(sql: "INSERT INTO candidate VALUES (1, '00', 'a', 5, 50, 0)")
            for name in evaluations {
                try db.execute(
                    sql: """
                        INSERT INTO evaluation (candidate_id, proxy, seed, score, steps, seconds, step_losses) VALUES (1, ?, 7, 0.5, 4, \
                        1, '[1]')
                        """, arguments: [name])
            }
        }
        try queue.close()
    }

    @Test(arguments: [
        (["proxy": "\"curriculum\""], ["curriculum", "synflow"], "curriculum", ["curriculum", "synflow"]),
        (
            ["proxy": "\"blend\"", "replays": "16", "replay_rate": "0.3", "score_by": "\"training-loss\"", "initializations": "2"],
            ["curriculum", "curriculum 1/9", "real-steps 64"],
            "rank-sum(curriculum passes=16 rate=0.3 by=training-loss initializations=2, parameters)",
            [
                "curriculum passes=16 rate=0.3 by=training-loss initializations=2",
                "curriculum passes=16 rate=0.3 by=training-loss initializations=2 part=1/9", "real-images steps=64",
            ]
        ),
        (
            ["proxy": "\"real-steps\"", "real_steps": "64", "score_by": "\"accuracy\""], ["real-steps", "real-steps 1/3"],
            "real-images steps=64 by=accuracy", ["real-images steps=64 by=accuracy", "real-images steps=64 by=accuracy part=1/3"]
        ),
        (["proxy": "\"real-seconds\"", "real_seconds": "2"], ["real-seconds"], "real-images seconds=2.0", ["real-images seconds=2.0"]),
        // The run's regular length was also a rung: both names become one.
        (
            ["proxy": "\"real-steps\"", "real_steps": "32"], ["real-steps", "real-steps 32"], "real-images steps=32",
            ["real-images steps=32"]
        ),
    ])
    func oldRunsOpen(settings: [String: String], evaluations: [String], scoring: String, keys: [String]) throws {
        try makeOld(settings, evaluations: evaluations)
        for store in [try ResultStore.openForReading(at: scratch.directory), try ResultStore.open(at: scratch.directory)] {
            var settings = try store.settings()
            // Rungs of short trainings on real data mark a comparison of training lengths.
            #expect(
                (settings.removeValue(forKey: "speedup") != nil)
                    == evaluations.contains { $0.hasPrefix("real-steps ") && !$0.contains("/") })
            #expect(settings == ["scoring": "\"\(scoring)\""])
            #expect(try store.scorings() == keys.sorted())
            #expect(try store.ranking(scoring: keys[0]).map(\.evaluation.score) == [0.5])
            #expect(try store.metaSteps() == [MetaStepRecord(step: 0, loss: 2.5, seconds: 1)])
            try store.close()
        }
    }

    @Test func readingDoesNotChangeAnOldFile() throws {
        try makeOld(["proxy": "\"curriculum\""], evaluations: ["curriculum"])
        let before = try Data(contentsOf: scratch.database)
        _ = try ResultStore.openForReading(at: scratch.directory).scorings()
        #expect(try Data(contentsOf: scratch.database) == before)
    }

    /// A database with its unmerged log, as an interrupted process leaves it.
    @Test func migratesAnUnmergedLog() throws {
        try makeOld(["proxy": "\"curriculum\""], evaluations: [])
        let writer = try DatabasePool(path: scratch.database.path)
        try writer.write { db in
            try db.execute(
                sql: """
                    INSERT INTO evaluation (candidate_id, proxy, seed, score, steps, seconds, step_losses)
                    VALUES (1, 'curriculum 1/3', 7, 0.5, 4, 1, '[1]')
                    """)
        }
        let copy = Scratch()
        try FileManager.default.createDirectory(at: copy.directory, withIntermediateDirectories: true)
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: scratch.database.path + suffix, toPath: copy.database.path + suffix)
        }
        #expect(try ResultStore.openForReading(at: copy.directory).scorings() == ["curriculum part=1/3"])
        #expect(try ResultStore.open(at: copy.directory).scorings() == ["curriculum part=1/3"])
    }

    @Test func migratesTheValidationConfiguration() throws {
        try makeOld(["validation_plan": #"{"hashes":["00"],"plan":{"epochs":3,"images":2000}}"#], evaluations: [])
        let text = try #require(ResultStore.open(at: scratch.directory).settings()["validation_configuration"])
        #expect(text == #"{"configuration":{"epochs":3,"images":2000},"hashes":["00"]}"#)
    }
}
