import Basics

/// The directory holds no run: `run.sqlite` is missing, or is another program's.
public struct RunNotFound: InputMistake, Hashable {
    public let directory: String
    public let reason: String

    public var description: String { "\(directory) is not a run directory: \(reason)." }
}

/// The directory already holds a run, which is never overwritten.
public struct RunAlreadyExists: InputMistake, Hashable {
    public let directory: String

    public var description: String { "\(directory) already holds a run: resume it, or choose another directory." }
}

/// Nothing can be written where the run is, or is to be.
public struct RunDirectoryNotWritable: InputMistake, Hashable {
    public let directory: String
    public let reason: String

    public var description: String { "\(directory) cannot be written: \(reason)." }
}

/// The run was written by a newer version, whose tables this one does not know.
public struct NewerRunSchema: InputMistake, Hashable {
    public let directory: String
    /// Names of the migrations unknown here.
    public let unknownMigrations: [String]

    public var description: String {
        "\(directory) was written by a newer version (\(unknownMigrations.joined(separator: ", "))): update the program to read it."
    }
}

/// `run.sqlite` is not a sound database.
public struct DamagedRun: InputMistake, Hashable {
    public let directory: String
    public let reason: String

    public var description: String { "\(directory)/run.sqlite is damaged: \(reason)." }
}

/// Something was to be written to a run that was opened for reading only.
public struct RunIsReadOnly: Error, Hashable, CustomStringConvertible {
    public let directory: String

    public var description: String { "\(directory) was opened for reading only." }
}

/// A record that breaks the schema's rules: an accuracy above 1, a score that is not a number, …
public struct InvalidRecord: Error, Hashable, CustomStringConvertible {
    /// What SQLite says of it.
    public let reason: String

    public var description: String { "The record breaks a rule of the run database: \(reason)." }
}

/// A result for a candidate that the run does not know.
public struct UnknownCandidate: Error, Hashable, CustomStringConvertible {
    public let hash: String

    public var description: String { "The run has no candidate \(hash)." }
}

/// A result that the run already has: what is done once is never replaced.
public struct AlreadyRecorded: Error, Hashable, CustomStringConvertible {
    public let hash: String
    /// "evaluation" or "validation".
    public let kind: String

    public var description: String { "The run already has this \(kind) of candidate \(hash)." }
}

/// Another fault of the database, such as a lock that another program does not give up.
public struct RunDatabaseFailure: Error, Hashable, CustomStringConvertible {
    public let directory: String
    public let reason: String

    public var description: String { "The run database in \(directory) failed: \(reason)." }
}
