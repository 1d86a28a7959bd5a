import Basics
import ResultStore

/// A task for an executor, on one candidate.
public enum CandidateTask: Sendable, Codable, Hashable {
    case score(Scoring)
    /// Trains the candidate on real data and evaluates it.
    case validate(ValidationConfiguration)
    /// Measures the seconds per step of training on real data.
    case measurePace(atProxyScale: Bool)
}

/// The result of a ``CandidateTask``.
public enum CandidateTaskResult: Sendable, Codable, Hashable {
    case evaluation(Evaluation)
    case validation(Validation)
    case pace(secondsPerStep: Double)
}

/// The length of the training of each validated candidate.
public struct ValidationConfiguration: Codable, Sendable, Hashable, CustomStringConvertible {
    public var epochs: Int
    /// Images per epoch.
    public var images: Int
    /// Whether candidates are trained at the proxy scale; nil means no, in runs of versions that had no such scale.
    var isAtProxyScale: Bool?

    public init(epochs: Int, images: Int, atProxyScale: Bool = false) {
        self.epochs = epochs
        self.images = images
        isAtProxyScale = atProxyScale ? true : nil
    }

    public var description: String {
        let scale = isAtProxyScale == true ? " at the proxy scale" : ""
        return "\(epochs == 1 ? "1 epoch" : "\(epochs) epochs") of \(grouped(images)) images\(scale)"
    }
}
