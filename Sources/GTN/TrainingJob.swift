import Basics
import Tensors

/// Work of minutes or hours that can be interrupted and resumed: meta-training of a teacher, distillation, poisoning, training to the end.
///
/// `run` is the same for all of them. A job is its configuration and its body.
public protocol TrainingJob: Sendable {
    associatedtype Event: Sendable
    associatedtype Outcome: Sendable

    /// Threads of one libtorch operation outside parallel sections. Their number changes the last digits.
    var threads: Int { get }
    /// Seconds that all of it may take; nil where counts bound it.
    var budget: Double? { get }
    /// What the outcome depends on.
    var identity: JobIdentity { get }
    /// Checkpoint files beside the one that `run` is given.
    var furtherFiles: [CheckpointFile] { get }

    /// Does the work.
    func outcome(of run: JobRun<Event>) throws -> Outcome
}

extension TrainingJob {
    public var furtherFiles: [CheckpointFile] { [] }

    /// - Parameters:
    ///   - checkpoint: where to keep a checkpoint, and resume from an earlier one; nil keeps none.
    ///   - clock: started when the budget began to run.
    ///   - cancelled: asked between steps.
    ///   - onEvent: called with what happens, as it happens.
    /// - Throws: ``CheckpointError`` when a checkpoint belongs to another job, or cannot be written; what the body throws.
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
