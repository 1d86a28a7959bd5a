import Basics
import SearchSpace

extension RankingObjective {
    /// The pilot that a ranking teacher learns from, and the number of passes that candidates make over its images.
    ///
    /// The learners are architectures of known accuracy. Each makes several passes at a learning rate that falls to zero, and the training
    /// loss of the last pass ranks them.
    public struct Configuration: Sendable {
        /// Architectures and their accuracies after full training on real data, or other numbers for which higher is better.
        public var pilot: [(architecture: Architecture, accuracy: Double)]
        /// The proxy whose scores replace the accuracies; nil for accuracies.
        public var proxy: String?
        /// E, the number of passes over the images.
        public var passes = 4
        /// Whether the teacher learns a training loss that ranks well in combination with the number of parameters, as in a blend.
        public var besideParameters = false
        /// Initial images and labels; nil for real images.
        public var start: Curriculum.Snapshot?

        public init(pilot: [(architecture: Architecture, accuracy: Double)]) {
            self.pilot = pilot
        }

        /// A fixed schedule that falls to zero was measured to rank better than a learned one.
        public static let schedule = InitialSchedule(learningRate: 0.3, momentum: 0.9, decay: 0.8, isLearned: false)
    }
}

/// The encoding for checkpoints. It omits `proxy`, which only names the source of the accuracies.
extension RankingObjective.Configuration: Encodable {
    private enum Key: String, CodingKey {
        case architectures, accuracies, passes, besideParameters, start
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(pilot.map(\.architecture), forKey: .architectures)
        try container.encode(pilot.map(\.accuracy), forKey: .accuracies)
        try container.encode(passes, forKey: .passes)
        try container.encode(besideParameters, forKey: .besideParameters)
        let bytes = start?.tensors.prefix(2).flatMap(\.bytes)
        try container.encodeIfPresent(bytes.map { StableHash.hexadecimal(StableHash.fnv1a($0)) }, forKey: .start)
    }
}
