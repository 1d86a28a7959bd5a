internal import GRDB

/// The teacher of a run.
public struct TeacherRecord: Sendable, Hashable {
    /// `generative`, `distilled` or `real`.
    public var kind: String
    /// The number of inner steps.
    public var steps: Int
    /// The number of images in one step.
    public var batch: Int
    public var metaSteps: Int
    public var path: String
    /// Metrics by name, such as learner accuracy and seconds.
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
