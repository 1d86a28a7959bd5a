import Basics
import GTN
import ResultStore

/// An event of a running search.
public enum SearchEvent: Sendable {
    /// The run directory was created or opened.
    case began(RunDirectory)
    /// A note for the user.
    case note(UserMessage)
    /// A stage begins.
    /// - Parameter done: number of results recorded before the run was resumed.
    case stage(SearchStage, done: Int)
    /// A meta-step ended.
    /// - Parameter of: total number of meta-steps; nil if only time bounds them.
    case metaStep(MetaTraining.Step, of: Int?, until: Deadline)
    /// A candidate was scored, or its evaluation failed.
    /// - Parameter of: total number of evaluations; nil if only time bounds them.
    case scored(CandidateResult<Evaluation>, of: Int?, until: Deadline)
    /// The best candidates so far; sent once in a long search.
    case preview([RankedCandidate], of: Int)
    /// A candidate was validated, or its training failed.
    case validated(CandidateResult<Validation>, of: Int, until: Deadline)
}

/// A stage of a search.
public enum SearchStage: Sendable, Hashable, CustomStringConvertible {
    case metaTraining(TeacherKind, steps: Int, batch: Int)
    case scoring
    case scoringOnRealImages(candidates: Int, steps: Int)
    case measuringPace
    case validation(candidates: Int, ValidationConfiguration, seedIndex: Int)
    case furtherValidation

    public var description: String {
        switch self {
        case .metaTraining(.real, let steps, let batch): "choosing real images: \(steps) batches of \(batch)"
        case .metaTraining(let kind, let steps, let batch): "meta-training: \(kind.rawValue), \(steps) steps of \(batch) images"
        case .scoring: "scoring candidates"
        case .scoringOnRealImages(let candidates, let steps): "scoring \(candidates) candidates by \(steps) steps on real images"
        case .measuringPace: "measuring the time of a training step on real data"
        case .validation(let candidates, let configuration, let seedIndex):
            "validating \(candidates) candidates\(seedIndex > 0 ? ", seed number \(seedIndex + 1)" : ""): \(configuration)"
        case .furtherValidation: "validating more candidates in the remaining time"
        }
    }
}
