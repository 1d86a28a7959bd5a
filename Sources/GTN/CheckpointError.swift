import Basics

/// Why a job cannot resume from a file, or cannot keep one.
public struct CheckpointError: InputMistake, Hashable {
    public let path: String
    public let problem: String
    public let remedy: InputError.Message

    public init(path: String, problem: String, remedy: InputError.Message = "delete it to begin anew") {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    public func message(naming: (_ setting: String) -> String) -> String {
        InputError("\(path): \(problem); \(remedy)").message(naming: naming)
    }

    public var description: String { message { $0 } }
}
