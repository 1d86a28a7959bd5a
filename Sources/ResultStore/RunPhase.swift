/// A phase of a run. Each phase's time is measured separately. Cases are in the order of a run.
public enum RunPhase: String, Sendable, CaseIterable, Codable {
    case preparation
    case metaTraining = "meta-training"
    case scoring, validation, report
}
