import GTN
import Search

/// What a worker process is asked to do with one candidate.
struct WorkOrder: Codable {
    enum Task: Codable, Hashable {
        /// The run's proxy, of whose training only one part in `divisor` is done.
        case score(divisor: Int)
        case untrainedScore(ZeroCostScore)
        case training(ValidationPhase.Plan)
        /// Seconds that a step of a training on real data takes.
        case pace
    }

    let task: Task
    let candidate: Candidate
    let seed: UInt64
    /// Until the deadline; nil when there is none.
    let secondsLeft: Double?
}

/// What a worker process says, one line each.
enum WorkReply: Codable {
    /// It can take orders.
    case ready
    /// Something is missing that no candidate is to blame for: what, and whether the user can mend it.
    case refusal(String, isInput: Bool)
    /// The order has come.
    case taken
    /// It is at work.
    case alive
    case evaluation(Evaluation)
    case validation(Validation)
    case pace(Double)
    /// The deadline was reached before the end.
    case outOfTime
    /// What was thrown, in words.
    case failure(String)

    static func refusal(of error: any Error) -> WorkReply {
        let input = InputRefusal(error)
        return .refusal(input?.message ?? "\(error)", isInput: input != nil)
    }
}
