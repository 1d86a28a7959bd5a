import Basics
import SearchSpace

extension RankingObjective {
    /// What a teacher that is made to rank learns from, and how many passes over its images candidates make.
    ///
    /// Its learners are architectures of known accuracy. Each makes several passes at a rate that falls to zero, and the training loss of
    /// the last pass ranks them.
    public struct Configuration: Sendable {
        /// Architectures and their accuracies after full training on real data, or other numbers that are higher for better ones.
        public var pilot: [(architecture: Architecture, accuracy: Double)]
        /// The proxy whose scores these are; nil where they are accuracies.
        public var proxy: String?
        /// E, the number of passes over the images.
        public var passes = 4
        /// Whether the training loss is to rank learners together with their numbers of parameters, as a blend of both does.
        public var besideParameters = false
        /// Images and labels to begin with; nil for real images.
        public var start: Curriculum.Snapshot?

        public init(pilot: [(architecture: Architecture, accuracy: Double)]) {
            self.pilot = pilot
        }

        /// Learned rates rank worse than fixed ones that fall to zero: measured.
        public static let schedule = InitialSchedule(learningRate: 0.3, momentum: 0.9, decay: 0.8, isLearned: false)
    }
}

/// For checkpoints: `proxy` names where the numbers come from and changes none of them.
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
