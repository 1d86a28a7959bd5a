import Basics
import ResultStore

/// An order from the coordinator to a worker: one task on one candidate.
struct WorkOrder: Codable, Sendable {
    let task: CandidateTask
    let candidate: Candidate
    let seed: UInt64
    /// Seconds until the deadline; nil without one.
    let secondsLeft: Double?
}

/// A reply from a worker to the coordinator, one line each.
enum WorkReply: Codable, Sendable {
    /// The worker accepts orders.
    case ready
    /// The worker cannot work, for a reason unrelated to any candidate; `isInput` if the user can fix it.
    case refusal(UserMessage, isInput: Bool)
    /// The worker has received the order.
    case taken
    /// The worker makes progress.
    case heartbeat
    case result(CandidateTaskResult)
    /// The deadline was reached first.
    case outOfTime
    /// The description of an error of the candidate.
    case failure(String)

    static func refusal(of error: any Error) -> WorkReply {
        let cannot = error as? CannotWork ?? CannotWork(error)
        return .refusal(cannot.reason, isInput: cannot.isInput)
    }
}
