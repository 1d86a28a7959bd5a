import Basics

/// The reason why a job cannot resume from a checkpoint file or cannot write one.
public struct CheckpointError: InputMistake, Hashable {
    public let path: String
    public let problem: String
    public let remedy: UserMessage

    public init(path: String, problem: String, remedy: UserMessage = "delete it to start over") {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    public var message: UserMessage { "\(path): \(problem); \(remedy)" }
    public var description: String { message.description }
}
