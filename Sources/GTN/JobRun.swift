import Basics
import Foundation
import Tensors

/// A running ``TrainingJob``: its clock, stop conditions, checkpoint and events.
public final class JobRun<Event> {
    /// Counts the job's seconds, interrupted runs included.
    let clock: Stopwatch
    let cancelled: @Sendable () -> Bool
    /// Reports an event.
    let report: (Event) -> Void
    private let budget: Double?
    private let checkpoint: CheckpointFile?
    private let identity: String
    /// States that are stored in every checkpoint.
    private var kept: [String: String] = [:]
    /// The time of the last checkpoint.
    private var written: Double

    init(
        clock: Stopwatch, budget: Double?, checkpoint: CheckpointFile?, identity: String, cancelled: @escaping @Sendable () -> Bool,
        onEvent: @escaping (Event) -> Void
    ) {
        self.clock = clock
        self.cancelled = cancelled
        self.budget = budget
        self.checkpoint = checkpoint
        self.identity = identity
        report = onEvent
        written = clock.seconds
    }

    /// Returns whether to stop: the job was cancelled, or a share of the budget has passed.
    func shouldStop(atShare share: Double = 1) -> @Sendable () -> Bool {
        guard let budget else { return cancelled }
        return shouldStop(at: share * budget)
    }

    /// Returns whether to stop: the job was cancelled, or the clock has passed this many seconds.
    func shouldStop(at end: Double) -> @Sendable () -> Bool {
        { [cancelled, clock] in cancelled() || clock.seconds > end }
    }

    // MARK: Resuming

    /// Whether there is a checkpoint to resume from.
    var isResumed: Bool { checkpoint?.isResumed ?? false }

    /// Returns a state of the checkpoint to resume from; nil without a checkpoint.
    func earlier<State: Decodable>(_ name: String, as _: State.Type) throws(CheckpointError) -> State? {
        guard let checkpoint, let earlier = checkpoint.earlier else { return nil }
        guard let text = earlier.states[name], let state = try? JSONDecoder().decode(State.self, from: Data(text.utf8)) else {
            throw CheckpointError(path: checkpoint.path, problem: "its state '\(name)' is missing or malformed")
        }
        return state
    }

    /// Returns a tensor of the checkpoint to resume from.
    func earlierTensor(_ name: String, shape: [Int], type: ScalarType = .float32, on device: Device) throws(CheckpointError) -> Tensor {
        guard let found = checkpoint?.earlier?.tensors[name], found.shape == shape, found.type == type else {
            throw CheckpointError(path: checkpoint?.path ?? "", problem: "its tensor '\(name)' is missing or has another shape or type")
        }
        return found.tensor(on: device)
    }

    /// Returns a tensor of the checkpoint to resume from, of any shape.
    func earlierTensor(_ name: String) -> Tensor? { checkpoint?.earlier?.tensors[name]?.tensor() }

    // MARK: Writing checkpoints

    /// Stores a state in every checkpoint from now on.
    func keep(_ state: some Encodable, as name: String) { kept[name] = Self.text(state) }

    /// Writes a checkpoint if the job has a checkpoint file.
    func writeCheckpoint(_ tensors: @autoclosure () -> [String: TensorSnapshot]) throws(CheckpointError) {
        guard let checkpoint else { return }
        try checkpoint.write(self.checkpoint(of: tensors()))
        written = clock.seconds
    }

    /// Whether the checkpoint interval has passed since the last checkpoint.
    var isCheckpointDue: Bool { checkpoint.map { clock.seconds - written > $0.interval } ?? false }

    /// Returns a checkpoint of this job.
    func checkpoint(of tensors: [String: TensorSnapshot]) -> Checkpoint {
        Checkpoint(identity: identity, seconds: clock.seconds, tensors: tensors, states: kept)
    }

    private static func text(_ state: some Encodable) -> String {
        // States hold finite numbers and texts only, which JSON can always represent.
        String(decoding: try! JSONEncoder().encode(state), as: UTF8.self)
    }
}
