extension Teaching {
    /// The part of the configuration that a run stores, and that must be equal when the run is resumed.
    ///
    /// The settings of meta-training and of its objective are encoded as one record, `metaTraining`.
    public struct Settings: Sendable, Hashable, Codable {
        public var kind: TeacherKind
        public var steps: Int
        public var batch: Int
        public var metaTraining: MetaTraining.Settings
        public var objective: RealLossObjective
        public var initialSchedule: InitialSchedule
        /// The most typical share of each class that the initial images are taken from.
        public var typical: Double

        public init(_ configuration: Configuration) {
            kind = configuration.kind
            steps = configuration.steps
            batch = configuration.batch
            metaTraining = configuration.metaTraining
            objective = configuration.objective
            initialSchedule = configuration.initialSchedule
            typical = configuration.typical
        }

        private enum CodingKeys: CodingKey {
            case kind, steps, batch, metaTraining, initialSchedule, typical
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            kind = try container.decode(TeacherKind.self, forKey: .kind)
            steps = try container.decode(Int.self, forKey: .steps)
            batch = try container.decode(Int.self, forKey: .batch)
            metaTraining = try container.decode(MetaTraining.Settings.self, forKey: .metaTraining)
            objective = try container.decode(RealLossObjective.self, forKey: .metaTraining)
            initialSchedule = try container.decode(InitialSchedule.self, forKey: .initialSchedule)
            typical = try container.decode(Double.self, forKey: .typical)
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(kind, forKey: .kind)
            try container.encode(steps, forKey: .steps)
            try container.encode(batch, forKey: .batch)
            let record = container.superEncoder(forKey: .metaTraining)
            try metaTraining.encode(to: record)
            try objective.encode(to: record)
            try container.encode(initialSchedule, forKey: .initialSchedule)
            try container.encode(typical, forKey: .typical)
        }
    }
}
