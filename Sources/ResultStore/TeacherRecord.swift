internal import GRDB

/// The teacher that a run uses.
public struct TeacherRecord: Sendable, Hashable {
    /// `generative`, `distilled` or `real`.
    public var kind: String
    /// Inner steps.
    public var steps: Int
    /// Images of one step.
    public var batch: Int
    public var metaSteps: Int
    public var path: String
    /// Figures by name: learner accuracy, seconds, …
    public var metrics: [String: Double]

    public init(kind: String, steps: Int, batch: Int, metaSteps: Int, path: String, metrics: [String: Double] = [:]) {
        self.kind = kind
        self.steps = steps
        self.batch = batch
        self.metaSteps = metaSteps
        self.path = path
        self.metrics = metrics
    }

    init(row: Row) throws {
        self.init(
            kind: row["kind"], steps: row["steps"], batch: row["batch"], metaSteps: row["meta_steps"], path: row["path"],
            metrics: try JSONText.decode(row["metrics"]))
    }
}
