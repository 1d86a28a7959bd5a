internal import GRDB

/// One meta-step.
public struct MetaStepRecord: Sendable, Hashable {
    public var step: Int
    /// The learners' mean loss on real data, in nats; nil if it was not finite.
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
