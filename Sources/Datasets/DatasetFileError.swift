import Basics

/// An error: a file of a data set is missing, truncated, in the wrong format, or inconsistent with another.
public struct DatasetFileError: InputMistake, Equatable {
    /// The path of the file.
    public let file: String
    /// What was found.
    public let found: String
    /// What was expected.
    public let expected: String
    /// How the user can fix it.
    public let remedy: UserMessage

    public init(file: String, found: String, expected: String, remedy: UserMessage) {
        self.file = file
        self.found = found
        self.expected = expected
        self.remedy = remedy
    }

    public var message: UserMessage { "\(file): found \(found), expected \(expected); \(remedy)" }
    public var description: String { message.description }
}
