import Basics

/// The directory holds no run: `run.sqlite` is missing or belongs to another program.
public struct RunNotFound: InputMistake, Hashable {
    public let directory: String
    public let reason: String

    public var description: String { "\(directory) is not a run directory: \(reason)." }
}

/// The directory already holds a run. Runs are never overwritten.
public struct RunAlreadyExists: InputMistake, Hashable {
    public let directory: String

    public var description: String { "\(directory) already holds a run: resume it, or choose another directory." }
}

/// The run directory cannot be created or written.
public struct RunDirectoryNotWritable: InputMistake, Hashable {
    public let directory: String
    public let reason: String

    public var description: String { "\(directory) cannot be written: \(reason)." }
}

/// The run was written by a newer version with unknown tables.
public struct NewerRunSchema: InputMistake, Hashable {
    public let directory: String
    /// The names of the unknown migrations.
    public let unknownMigrations: [String]

    public var description: String {
        "\(directory) was written by a newer version (\(unknownMigrations.joined(separator: ", "))): update the program to read it."
    }
}

/// `run.sqlite` is not a valid database.
public struct DamagedRun: InputMistake, Hashable {
    public let directory: String
    public let reason: String

    public var description: String { "\(directory)/run.sqlite is damaged: \(reason)." }
}

/// A write to a run that was opened for reading only.
public struct RunIsReadOnly: Error, Hashable, CustomStringConvertible {
    public let directory: String

    public var description: String { "\(directory) was opened for reading only." }
}

/// A record that violates the schema, such as an accuracy above 1 or a score of NaN.
public struct InvalidRecord: Error, Hashable, CustomStringConvertible {
    /// The violated rule, usually in SQLite's words.
    public let reason: String

    public var description: String { "The record violates a rule of the run database: \(reason)." }
}

/// A result for a candidate that the run does not have.
public struct UnknownCandidate: Error, Hashable, CustomStringConvertible {
    public let hash: String

    public var description: String { "The run has no candidate \(hash)." }
}

/// A result that the run already has. Results are never replaced.
public struct AlreadyRecorded: Error, Hashable, CustomStringConvertible {
    public let hash: String
    /// "evaluation" or "validation".
    public let kind: String

    public var description: String { "The run already has this \(kind) of candidate \(hash)." }
}

/// Any other failure of the database, such as a lock that another program holds.
public struct RunDatabaseFailure: Error, Hashable, CustomStringConvertible {
    public let directory: String
    public let reason: String

    public var description: String { "The run database in \(directory) failed: \(reason)." }
}
