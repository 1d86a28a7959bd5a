import Basics
import Tensors

extension MetaTraining {
    /// The bound of a meta-training.
    public enum Bound: Sendable, Hashable {
        /// Seconds for the whole job, including its other work.
        case seconds(Double)
        case metaSteps(Int)

        /// The seconds of a time bound; nil for a count.
        var budget: Double? { if case .seconds(let seconds) = self { seconds } else { nil } }
    }

    /// Makes meta-steps until the bound is reached, starting from the checkpoint of an interrupted run.
    ///
    /// - Parameters:
    ///   - bound: the job's bound.
    ///   - job: the run that provides the clock, cancellation and checkpoint.
    ///   - reserve: seconds of a time bound to leave for later work.
    ///   - onStep: receives each step, the completed share of all steps, and the seconds since the first.
    mutating func run(
        _ bound: Bound, in job: JobRun<some Any>, reserve: Double = 0,
        onStep: (_ step: Step, _ progress: Double, _ seconds: Double) -> Void
    ) throws(CheckpointError) {
        let clock = job.clock
        let started = try clock.seconds - resume(from: job)
        let end = (bound.budget ?? .infinity) - reserve
        let shouldStop = job.shouldStop(at: end)
        steps: while !shouldStop() {
            let progress: Double
            switch bound {
            case .metaSteps(let count):
                guard stepsMade < count else { break steps }
                progress = Double(stepsMade) / Double(count)
            case .seconds: progress = (clock.seconds - started) / max(end - started, 1e-9)
            }
            guard let made = step(progress: progress, shouldStop: shouldStop) else { break }
            history.append(Record(seconds: clock.seconds - started, loss: made.loss, diverged: made.diverged))
            onStep(made, progress, clock.seconds - started)
            if job.isCheckpointDue { try writeCheckpoint(of: job, stepSeconds: clock.seconds - started) }
        }
        // The work after the steps can be interrupted too. Before the first step, there is nothing to resume.
        if stepsMade > 0 { try writeCheckpoint(of: job, stepSeconds: clock.seconds - started) }
    }
}

/// A time bound is encoded as nil, so a job may resume with another budget.
extension MetaTraining.Bound: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .seconds: try container.encodeNil()
        case .metaSteps(let count): try container.encode(count)
        }
    }
}

extension [MetaTraining.Record] {
    /// The history as comma-separated values, one line per meta-step.
    public var csv: String {
        enumerated().reduce(into: "meta_step,seconds,loss,diverged\n") { text, entry in
            let (index, record) = entry
            text += "\(index),\((record.seconds * 1000).rounded() / 1000),\(record.loss.map { "\($0)" } ?? ""),\(record.diverged)\n"
        }
    }
}
