import Basics
import ResultStore

/// What is to be done with one candidate.
public enum CandidateTask: Sendable, Codable, Hashable {
    case score(Scoring)
    /// Training on real data.
    case validate(ValidationConfiguration)
    /// Measuring the seconds that a step of a training on real data takes.
    case measurePace
}

/// What came of it.
public enum CandidateTaskResult: Sendable, Codable, Hashable {
    case evaluation(Evaluation)
    case validation(Validation)
    case pace(secondsPerStep: Double)
}

/// How long each validated candidate is trained.
public struct ValidationConfiguration: Codable, Sendable, Hashable, CustomStringConvertible {
    public var epochs: Int
    /// Images of one epoch.
    public var images: Int

    public init(epochs: Int, images: Int) {
        self.epochs = epochs
        self.images = images
    }

    public var description: String { "\(epochs == 1 ? "1 epoch" : "\(epochs) epochs") of \(grouped(images)) images" }
}
