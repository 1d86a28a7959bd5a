import Basics

/// A file of a data set that is missing, truncated, foreign, or at odds with another.
public struct DatasetFileError: InputMistake, Equatable {
    /// Path of the file.
    public let file: String
    /// What is there.
    public let found: String
    /// What should be there.
    public let expected: String
    /// What the user can do about it.
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
