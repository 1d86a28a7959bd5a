import Basics
import Tensors

extension MetaTraining {
    /// How long meta-training goes on.
    public enum Bound: Sendable, Hashable {
        /// Seconds for all of the command that it belongs to.
        case seconds(Double)
        case metaSteps(Int)

        /// The seconds, where it is a time.
        var budget: Double? { if case .seconds(let seconds) = self { seconds } else { nil } }

        /// Whether to stop: when asked to, or once a share of the time has passed.
        func stop(
            after clock: Stopwatch, share: Double = 1, _ cancelled: @escaping @Sendable () -> Bool
        ) -> @Sendable () -> Bool {
            guard let budget else { return cancelled }
            return { cancelled() || clock.seconds > share * budget }
        }
    }

    /// Steps until the bound is reached.
    ///
    /// - Parameters:
    ///   - clock: runs since the bound began to count.
    ///   - reserve: seconds at the end of a time that are for something else.
    ///   - checkpoint: where to keep a checkpoint, what this meta-training is of, and what else to keep in it. It begins with the earlier one
    ///     that is there.
    ///   - onStep: is told each step, the share of all that is done, and the seconds since the first.
    /// - Throws: ``CheckpointError`` when the checkpoint is not of this meta-training, or cannot be written.
    mutating func run(
        _ bound: Bound, clock: Stopwatch, reserve: Double = 0, checkpoint: CheckpointKeeper? = nil,
        cancelled: @escaping @Sendable () -> Bool, onStep: (_ step: Step, _ progress: Double, _ seconds: Double) -> Void
    ) throws(CheckpointError) {
        var started = clock.seconds
        if let checkpoint, let earlier = checkpoint.file.earlier {
            try resume(from: earlier, identity: checkpoint.identity, path: checkpoint.file.path)
            started -= earlier.progress.stepSeconds
        }
        let end = (bound.budget ?? .infinity) - reserve
        let shouldStop: @Sendable () -> Bool = { cancelled() || clock.seconds > end }
        var kept = clock.seconds
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
            if let checkpoint, clock.seconds - kept > checkpoint.file.interval {
                try keep(checkpoint, clock, started)
                kept = clock.seconds
            }
        }
        // What comes after the steps can be interrupted too. Before the first, there is nothing to go on from.
        if let checkpoint, stepsMade > 0 { try keep(checkpoint, clock, started) }
    }

    private func keep(_ checkpoint: CheckpointKeeper, _ clock: Stopwatch, _ started: Double) throws(CheckpointError) {
        do {
            try self.checkpoint(
                identity: checkpoint.identity, seconds: clock.seconds, stepSeconds: clock.seconds - started, extra: checkpoint.extra
            )
            .write(to: checkpoint.file.path)
        } catch {
            throw CheckpointError(
                path: checkpoint.file.path, problem: "the checkpoint cannot be written",
                remedy: "make room for it, and begin anew or --resume")
        }
    }
}

/// A checkpoint file, what the meta-training is of, and what else it needs to go on.
struct CheckpointKeeper: Sendable {
    let file: CheckpointFile
    let identity: String
    var extra: String?
}

extension [MetaTraining.Record] {
    /// As a table of comma-separated values, a line for each meta-step.
    public var csv: String {
        enumerated().reduce(into: "meta_step,seconds,loss,diverged\n") { text, entry in
            let (index, record) = entry
            text += "\(index),\((record.seconds * 1000).rounded() / 1000),\(record.loss.map { "\($0)" } ?? ""),\(record.diverged)\n"
        }
    }
}
