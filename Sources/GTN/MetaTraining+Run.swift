import Tensors

extension MetaTraining {
    /// How long meta-training goes on.
    public enum Bound: Sendable, Hashable {
        /// Seconds for all of the command that it belongs to.
        case seconds(Double)
        case metaSteps(Int)

        /// The seconds, where it is a time.
        var budget: Double? { if case .seconds(let seconds) = self { seconds } else { nil } }
    }

    /// Steps until the bound is reached.
    ///
    /// - Parameters:
    ///   - clock: runs since the bound began to count.
    ///   - reserve: seconds at the end of a time that are for something else.
    ///   - checkpoint: where to keep a checkpoint, and what this meta-training is of. It begins with the earlier one that is there.
    ///   - onStep: is told each step, the share of all that is done, and the seconds since the first.
    /// - Throws: ``CheckpointError`` when the checkpoint is not of this meta-training, or cannot be written.
    mutating func run(
        _ bound: Bound, clock: Stopwatch, reserve: Double = 0, checkpoint: (file: CheckpointFile, identity: String)? = nil,
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
        while !shouldStop() {
            let progress: Double
            switch bound {
            case .metaSteps(let count):
                guard stepsMade < count else { return }
                progress = Double(stepsMade) / Double(count)
            case .seconds: progress = (clock.seconds - started) / max(end - started, 1e-9)
            }
            guard let made = step(progress: progress, shouldStop: shouldStop) else { break }
            onStep(made, progress, clock.seconds - started)
            if let checkpoint, clock.seconds - kept > checkpoint.file.interval {
                try keep(checkpoint, clock, started)
                kept = clock.seconds
            }
        }
        if let checkpoint, cancelled() { try keep(checkpoint, clock, started) }
    }

    private func keep(_ checkpoint: (file: CheckpointFile, identity: String), _ clock: Stopwatch, _ started: Double) throws(CheckpointError) {
        do {
            try self.checkpoint(identity: checkpoint.identity, seconds: clock.seconds, stepSeconds: clock.seconds - started)
                .write(to: checkpoint.file.path)
        } catch {
            throw CheckpointError(path: checkpoint.file.path, problem: "the checkpoint cannot be written: \(error)")
        }
    }
}
