import Foundation
import Networks
import SearchSpace
import Tensors

extension MetaTraining {
    /// Where a meta-training stands, in a file: all that its next step depends on, so that one that was killed ends as if it had not been.
    ///
    /// Random numbers need no state: each step draws its own from the seed and its number.
    public struct Checkpoint: Sendable {
        /// Values, their averages, and Adam's moments, by parameter.
        var tensors: [String: TensorSnapshot]
        var progress: Progress
        /// What the meta-training is of: a checkpoint of another one is refused.
        public var identity: String
        /// What else the command needs to go on.
        var extra: String?

        struct Progress: Sendable, Codable, Hashable {
            var stepsMade: Int
            var updates: Int
            var adamSteps: Int
            var diverged: Int
            /// Seconds that the command had taken, and those since the first step.
            var seconds: Double
            var stepSeconds: Double
        }

        /// Replaces the file in one step, so that a kill leaves the old one or the new one.
        public func write(to path: String) throws {
            let text = String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
            var metadata = ["progress": text, "identity": identity]
            metadata["extra"] = extra
            let file = SafetensorsFile(tensors: tensors, metadata: metadata)
            try file.write(to: path)
        }

        public init(path: String) throws(CheckpointError) {
            let file: SafetensorsFile
            do { file = try SafetensorsFile(path: path) } catch { throw CheckpointError(path: path, problem: error.problem) }
            guard let text = file.metadata["progress"], let identity = file.metadata["identity"],
                let progress = try? JSONDecoder().decode(Progress.self, from: Data(text.utf8))
            else { throw CheckpointError(path: path, problem: "not a checkpoint of a meta-training") }
            self.init(tensors: file.tensors, progress: progress, identity: identity, extra: file.metadata["extra"])
        }

        init(tensors: [String: TensorSnapshot], progress: Progress, identity: String, extra: String?) {
            self.tensors = tensors
            self.progress = progress
            self.identity = identity
            self.extra = extra
        }
    }

    private static let historyName = "history"
    private static let parts = ["value", "average", "first", "second"]

    /// - Parameters:
    ///   - seconds: that the command has taken so far.
    ///   - stepSeconds: of these, since the first step.
    func checkpoint(identity: String, seconds: Double, stepSeconds: Double, extra: String? = nil) -> Checkpoint {
        let numbers = history.flatMap { [$0.seconds, $0.loss ?? .nan, Double($0.diverged)] }
        var tensors = [Self.historyName: TensorSnapshot(Tensor(numbers, shape: [history.count, 3]))]
        for (index, parameter) in teacher.parameters.enumerated() {
            let own = [values[index], averagedValues[index], adam.state.first[index], adam.state.second[index]]
            for (part, tensor) in zip(Self.parts, own) { tensors["\(part).\(parameter.name)"] = TensorSnapshot(tensor) }
        }
        return Checkpoint(
            tensors: tensors,
            progress: .init(
                stepsMade: stepsMade, updates: updates, adamSteps: adam.state.step, diverged: diverged, seconds: seconds,
                stepSeconds: stepSeconds),
            identity: identity, extra: extra)
    }

    /// All that a meta-training depends on, time aside, as a text: a checkpoint belongs to one of them.
    static func identity(
        _ settings: Settings, _ schedule: InitialSchedule, _ bound: Bound, _ task: LearningTask, _ space: SearchSpace, _ more: [String]
    ) -> String {
        let count = if case .metaSteps(let count) = bound { "\(count) meta-steps" } else { "by time" }
        let numbers = space.settings.map { "\($0.name) \($0.value)" }
        return
            (["\(settings)", "\(schedule)", count, task.dataset.hash, space.contentHash] + numbers + more
            + [Runtime.libtorchVersion, Network.instructions]).joined(separator: "; ")
    }

    /// Goes on from a checkpoint of this very meta-training. Throws ``CheckpointError``.
    mutating func resume(from checkpoint: Checkpoint, identity: String, path: String) throws(CheckpointError) {
        guard checkpoint.identity == identity else {
            throw CheckpointError(path: path, problem: "it belongs to other options, another data set, machine or version")
        }
        func tensors(_ part: String, like own: [Tensor]) throws(CheckpointError) -> [Tensor] {
            try zip(teacher.parameters, own).map { (parameter, tensor) throws(CheckpointError) in
                guard let found = checkpoint.tensors["\(part).\(parameter.name)"], found.shape == tensor.shape, found.type == tensor.type
                else {
                    throw CheckpointError(path: path, problem: "it has no fitting tensor '\(part).\(parameter.name)'")
                }
                return found.tensor(on: device)
            }
        }
        let state = Adam.State(
            first: try tensors("first", like: adam.state.first), second: try tensors("second", like: adam.state.second),
            step: checkpoint.progress.adamSteps)
        let (values, averages) = (try tensors("value", like: values), try tensors("average", like: averagedValues))
        let rows = checkpoint.tensors[Self.historyName]?.tensor().doubles ?? []
        let history = stride(from: 0, to: rows.count / 3 * 3, by: 3).map {
            Record(seconds: rows[$0], loss: rows[$0 + 1].isNaN ? nil : rows[$0 + 1], diverged: Int(rows[$0 + 2]))
        }
        restore(values, averages, state, checkpoint.progress, history)
    }
}

/// Why a meta-training cannot go on from a file.
public struct CheckpointError: Error, Hashable, CustomStringConvertible {
    public let path: String
    public let problem: String
    public var remedy = "delete it to begin anew"
    public var description: String { "\(path): \(problem); \(remedy)" }
}

/// Where a meta-training keeps its checkpoint, and whether it goes on from what is there.
public struct CheckpointFile: Sendable {
    public let path: String
    /// Seconds from one checkpoint to the next: at most as much work is lost to a kill.
    public let interval: Double
    /// What is gone on from.
    public let earlier: MetaTraining.Checkpoint?

    /// - Parameters:
    ///   - path: that of the file.
    ///   - resumes: whether to go on from the file, if there is one.
    ///   - interval: seconds between two writings.
    public init(path: String, resumes: Bool, interval: Double = 20) throws(CheckpointError) {
        self.path = path
        self.interval = interval
        earlier = resumes && FileManager.default.fileExists(atPath: path) ? try MetaTraining.Checkpoint(path: path) : nil
    }

    /// Seconds that were spent before.
    public var seconds: Double { earlier?.progress.seconds ?? 0 }

    /// When all is done.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
