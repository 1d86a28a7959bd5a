import Basics
import GTN
import ResultStore

/// What happens in a search, as it happens.
public enum SearchEvent: Sendable {
    /// The run's directory is there.
    case began(RunDirectory)
    /// Something that the user should know.
    case note(UserMessage)
    /// A part of the work begins.
    /// - Parameter done: how much of it an earlier process has done.
    case stage(SearchStage, done: Int)
    /// - Parameter of: the number of meta-steps where they are counted.
    case metaStep(MetaTraining.Step, of: Int?, until: Deadline)
    /// - Parameter of: the number of trainings or scores where they are counted.
    case scored(CandidateResult<Evaluation>, of: Int?, until: Deadline)
    /// The best of the candidates scored so far, once in a long search.
    case preview([RankedCandidate], of: Int)
    case validated(CandidateResult<Validation>, of: Int, until: Deadline)
}

/// A part of the work.
public enum SearchStage: Sendable, Hashable, CustomStringConvertible {
    case metaTraining(TeacherKind, steps: Int, batch: Int)
    case scoring
    case scoringOnRealImages(candidates: Int, steps: Int)
    case measuringPace
    case validation(candidates: Int, ValidationConfiguration, repetition: Int)
    case furtherValidation

    public var description: String {
        switch self {
        case .metaTraining(let kind, let steps, let batch): "teaching: \(kind.rawValue), \(steps) steps of \(batch) images"
        case .scoring: "scoring candidates"
        case .scoringOnRealImages(let candidates, let steps): "scoring \(candidates) candidates by \(steps) steps on real images"
        case .measuringPace: "measuring what real training takes"
        case .validation(let candidates, let configuration, let repetition):
            """
            training \(candidates) candidates on real data\(repetition > 0 ? ", with seed number \(repetition + 1)" : ""): \
            \(configuration)
            """
        case .furtherValidation: "training more candidates on real data, as time is left"
        }
    }
}
