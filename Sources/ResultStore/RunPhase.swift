/// A part of a run whose time is counted by itself, in the order in which they come.
public enum RunPhase: String, Sendable, CaseIterable, Codable {
    case preparation
    case metaTraining = "meta-training"
    case scoring, validation, report
}
