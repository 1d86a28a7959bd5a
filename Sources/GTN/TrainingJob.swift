import Basics
import Tensors

/// A job of minutes or hours that can be interrupted and resumed: meta-training of a teacher, distillation, poisoning or full training.
///
/// All jobs share `run`. A job defines its configuration and `outcome(of:)`.
public protocol TrainingJob: Sendable {
    associatedtype Event: Sendable
    associatedtype Outcome: Sendable

    /// Threads of one libtorch operation outside parallel sections. Their number affects the last digits of the results.
    var threads: Int { get }
    /// Maximum seconds for the whole job; nil for count-bounded jobs.
    var budget: Double? { get }
    /// Everything that the outcome depends on.
    var identity: JobIdentity { get }
    /// Checkpoint files in addition to the one passed to `run`.
    var furtherFiles: [CheckpointFile] { get }

    /// Does the work.
    func outcome(of run: JobRun<Event>) throws -> Outcome
}

extension TrainingJob {
    public var furtherFiles: [CheckpointFile] { [] }

    /// Runs the job.
    ///
    /// - Parameters:
    ///   - checkpoint: the file to write checkpoints to, and to resume from; nil for none.
    ///   - clock: a clock that started with the budget.
    ///   - cancelled: checked between steps.
    ///   - onEvent: receives each event as it happens.
    /// - Throws: ``CheckpointError`` if a checkpoint belongs to another job or cannot be written, and the errors of the work itself.
    public func run(
        checkpoint: CheckpointFile? = nil, clock: Stopwatch = Stopwatch(), cancelled: @escaping @Sendable () -> Bool = { false },
        onEvent: @escaping (Event) -> Void = { _ in }
    ) throws -> Outcome {
        let files = furtherFiles + (checkpoint.map { [$0] } ?? [])
        let identity = files.isEmpty ? nil : identity
        if let identity { for file in files { try file.check(identity) } }
        Runtime.threads = threads
        return try outcome(
            of: JobRun(
                clock: clock.advanced(by: files.map(\.seconds).max() ?? 0), budget: budget, checkpoint: checkpoint,
                identity: identity?.text ?? "", cancelled: cancelled, onEvent: onEvent))
    }
}
