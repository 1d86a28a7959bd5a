internal import GRDB

/// One step of meta-training.
public struct MetaStepRecord: Sendable, Hashable {
    public var step: Int
    /// Learners' mean loss on real data, in nats; nil where it was not a finite number.
    public var loss: Double?
    public var seconds: Double

    public init(step: Int, loss: Double?, seconds: Double) {
        self.step = step
        self.loss = loss
        self.seconds = seconds
    }

    init(row: Row) {
        self.init(step: row["step"], loss: row["loss"], seconds: row["seconds"])
    }
}
