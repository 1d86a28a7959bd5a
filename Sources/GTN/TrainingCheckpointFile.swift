import Foundation
import Networks
import Tensors

/// Where a training to the end keeps its checkpoint, and whether it goes on from what is there.
///
/// The file holds all that the next step depends on, so that a training that was killed ends as if it had not been.
public struct TrainingCheckpointFile: Sendable {
    public let path: String
    /// Seconds from one checkpoint to the next: at most as much work is lost to a kill.
    public let interval: Double
    /// What is gone on from.
    public let earlier: Checkpoint?

    public struct Checkpoint: Sendable {
        struct Progress: Sendable, Codable, Hashable {
            var step: Int
            var epochLosses: [Double]
            var lossSum: Double
            var curve: [TrainingPoint]
            /// That the command had taken.
            var seconds: Double
        }

        var tensors: [String: TensorSnapshot]
        var progress: Progress
        var identity: String
    }

    private static let (parameters, velocity, average) = ("parameters", "velocity", "average")

    /// - Parameters:
    ///   - path: that of the file.
    ///   - resumes: whether to go on from the file.
    ///   - interval: seconds between two writings.
    public init(path: String, resumes: Bool, interval: Double = 20) throws(CheckpointError) {
        self.path = path
        self.interval = interval
        guard resumes else {
            earlier = nil
            return
        }
        let file: SafetensorsFile
        do { file = try SafetensorsFile(path: path) } catch { throw CheckpointError(path: path, problem: error.problem) }
        guard let text = file.metadata["training"], let identity = file.metadata["identity"],
            let progress = try? JSONDecoder().decode(Checkpoint.Progress.self, from: Data(text.utf8))
        else { throw CheckpointError(path: path, problem: "not a checkpoint of a training") }
        earlier = Checkpoint(tensors: file.tensors, progress: progress, identity: identity)
    }

    /// Where an earlier run of this very training stood; nil when there is none.
    func state(for identity: String, _ network: Network, on device: Device) throws(CheckpointError) -> TrainingCourse.State? {
        guard let earlier else { return nil }
        guard earlier.identity == identity else {
            throw CheckpointError(path: path, problem: "it belongs to other options, another data set, machine or version")
        }
        func tensor(_ name: String) throws(CheckpointError) -> Tensor {
            guard let found = earlier.tensors[name], found.shape == [network.layout.count], found.type == .float32 else {
                throw CheckpointError(path: path, problem: "it has no fitting tensor '\(name)'")
            }
            return found.tensor(on: device)
        }
        return TrainingCourse.State(
            parameters: try tensor(Self.parameters), velocity: try tensor(Self.velocity), average: try tensor(Self.average),
            step: earlier.progress.step, epochLosses: earlier.progress.epochLosses, lossSum: earlier.progress.lossSum)
    }

    /// Replaces the file in one step, so that a kill leaves the old one or the new one.
    func write(_ state: TrainingCourse.State, curve: [TrainingPoint], seconds: Double, identity: String) throws {
        let progress = Checkpoint.Progress(
            step: state.step, epochLosses: state.epochLosses, lossSum: state.lossSum, curve: curve, seconds: seconds)
        do {
            let text = String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
            try SafetensorsFile(
                tensors: [
                    Self.parameters: TensorSnapshot(state.parameters), Self.velocity: TensorSnapshot(state.velocity),
                    Self.average: TensorSnapshot(state.judged),
                ], metadata: ["training": text, "identity": identity]
            ).write(to: path)
        } catch {
            throw CheckpointError(
                path: path, problem: "the checkpoint cannot be written", remedy: "make room for it, and begin anew or --resume")
        }
    }

    /// When all is done.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
