internal import GRDB

/// The tables of a run. Seeds are stored as bit patterns in SQLite's signed 64-bit integers, and JSON as text.
enum RunSchema {
    /// "gtnn" in ASCII. It marks a SQLite file as a run.
    static let applicationID: Int32 = 0x6774_6e6e

    /// The migrations, by name. They are never edited, because existing runs were written with them.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("run, teacher, candidates, evaluations, validations") { db in
            try db.execute(sql: tables)
        }
        migrator.registerMigration("scorings in text form", migrate: ScoringMigration.migrate)
        migrator.registerMigration("memory and latency of candidates") { db in
            try db.execute(sql: latencies)
        }
        migrator.registerMigration("references") { db in
            try db.execute(sql: references)
        }
        migrator.registerMigration("settings of candidates") { db in
            try db.execute(sql: settings)
        }
        return migrator
    }

    private static let latencies = """
        ALTER TABLE candidate ADD COLUMN memory INTEGER CHECK (memory >= 0);

        -- Networks that are too slow to become candidates have a latency, too.
        CREATE TABLE latency (
            hash TEXT PRIMARY KEY NOT NULL CHECK (hash <> ''),
            milliseconds REAL NOT NULL CHECK (milliseconds > 0)
        ) STRICT, WITHOUT ROWID;
        """

    private static let references = """
        CREATE TABLE reference (
            hash TEXT PRIMARY KEY NOT NULL CHECK (hash <> ''),
            architecture TEXT NOT NULL CHECK (architecture <> ''),
            parameters INTEGER NOT NULL CHECK (parameters >= 0),
            macs INTEGER NOT NULL CHECK (macs >= 0),
            memory INTEGER CHECK (memory >= 0),
            accuracy REAL NOT NULL CHECK (accuracy BETWEEN 0 AND 1),
            scores TEXT CHECK (json_type(scores) = 'object')
        ) STRICT, WITHOUT ROWID;
        """

    private static let settings = """
        ALTER TABLE candidate ADD COLUMN settings TEXT CHECK (json_type(settings) = 'object');
        ALTER TABLE reference ADD COLUMN settings TEXT CHECK (json_type(settings) = 'object');
        """

    private static let tables = """
        CREATE TABLE run (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            command TEXT NOT NULL CHECK (command <> ''),
            seed INTEGER NOT NULL,
            budget_seconds REAL CHECK (budget_seconds > 0),
            space_name TEXT NOT NULL CHECK (space_name <> ''),
            space_hash TEXT NOT NULL CHECK (space_hash <> ''),
            space_text TEXT NOT NULL CHECK (space_text <> ''),
            dataset TEXT NOT NULL CHECK (dataset <> ''),
            versions TEXT NOT NULL CHECK (json_type(versions) = 'object'),
            device TEXT NOT NULL CHECK (device <> ''),
            machine TEXT NOT NULL,
            created TEXT NOT NULL
        ) STRICT;

        CREATE TABLE setting (
            key TEXT PRIMARY KEY NOT NULL CHECK (key <> ''),
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE phase_time (
            phase TEXT PRIMARY KEY NOT NULL CHECK (phase IN ('preparation', 'meta-training', 'scoring', 'validation', 'report')),
            seconds REAL NOT NULL CHECK (seconds >= 0)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE meta_step (
            step INTEGER PRIMARY KEY CHECK (step >= 0),
            loss REAL,
            accuracy REAL CHECK (accuracy BETWEEN 0 AND 1),
            seconds REAL NOT NULL CHECK (seconds >= 0)
        ) STRICT;

        CREATE TABLE teacher (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            kind TEXT NOT NULL CHECK (kind IN ('generative', 'distilled', 'real')),
            steps INTEGER NOT NULL CHECK (steps > 0),
            batch INTEGER NOT NULL CHECK (batch > 0),
            meta_steps INTEGER NOT NULL CHECK (meta_steps >= 0),
            path TEXT NOT NULL CHECK (path <> ''),
            metrics TEXT NOT NULL CHECK (json_type(metrics) = 'object')
        ) STRICT;

        CREATE TABLE candidate (
            id INTEGER PRIMARY KEY,
            hash TEXT NOT NULL UNIQUE CHECK (hash <> ''),
            architecture TEXT NOT NULL CHECK (architecture <> ''),
            parameters INTEGER NOT NULL CHECK (parameters >= 0),
            macs INTEGER NOT NULL CHECK (macs >= 0),
            proposal INTEGER NOT NULL UNIQUE CHECK (proposal >= 0)
        ) STRICT;

        CREATE TABLE evaluation (
            id INTEGER PRIMARY KEY,
            candidate_id INTEGER NOT NULL REFERENCES candidate (id),
            proxy TEXT NOT NULL CHECK (proxy <> ''),
            seed INTEGER NOT NULL,
            score REAL CHECK (abs(score) <= 1.7976931348623157e308),
            accuracy REAL CHECK (accuracy BETWEEN 0 AND 1),
            loss REAL,
            steps INTEGER NOT NULL CHECK (steps >= 0),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            step_losses TEXT NOT NULL CHECK (json_type(step_losses) = 'array'),
            failure TEXT CHECK (failure <> ''),
            UNIQUE (candidate_id, proxy),
            CHECK ((score IS NULL) <> (failure IS NULL))
        ) STRICT;

        CREATE INDEX evaluation_by_score ON evaluation (proxy, score);

        CREATE TABLE validation (
            id INTEGER PRIMARY KEY,
            candidate_id INTEGER NOT NULL REFERENCES candidate (id),
            accuracy REAL CHECK (accuracy BETWEEN 0 AND 1),
            loss REAL,
            epochs INTEGER NOT NULL CHECK (epochs > 0),
            images INTEGER NOT NULL CHECK (images > 0),
            seconds REAL NOT NULL CHECK (seconds >= 0),
            seed INTEGER NOT NULL,
            failure TEXT CHECK (failure <> ''),
            UNIQUE (candidate_id, epochs, images, seed),
            CHECK ((accuracy IS NULL) <> (failure IS NULL))
        ) STRICT;
        """
}
