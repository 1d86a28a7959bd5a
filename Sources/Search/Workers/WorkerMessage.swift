import Basics
import ResultStore

/// What a worker is asked to do with one candidate.
struct WorkOrder: Codable, Sendable {
    let task: CandidateTask
    let candidate: Candidate
    let seed: UInt64
    /// Until the deadline; nil when there is none.
    let secondsLeft: Double?
}

/// What a worker answers, one line each.
enum WorkReply: Codable, Sendable {
    /// It can take orders.
    case ready
    /// Something is missing that no candidate is to blame for: what, and whether the user can mend it.
    case refusal(UserMessage, isInput: Bool)
    /// The order has come.
    case taken
    /// It is at work.
    case heartbeat
    case result(CandidateTaskResult)
    /// The deadline was reached before the end.
    case outOfTime
    /// What was thrown, in words.
    case failure(String)

    static func refusal(of error: any Error) -> WorkReply {
        let cannot = error as? CannotWork ?? CannotWork(error)
        return .refusal(cannot.reason, isInput: cannot.isInput)
    }
}
