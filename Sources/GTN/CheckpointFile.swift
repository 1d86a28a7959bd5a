import Foundation
import Tensors

/// Where a job keeps its checkpoint, and what an interrupted run left there.
public struct CheckpointFile: Sendable {
    public let path: String
    /// Seconds from one checkpoint to the next: at most as much work is lost to a kill.
    public let interval: Double
    /// The checkpoint to resume from.
    let earlier: Checkpoint?

    private static let (identity, seconds, statePrefix) = ("identity", "seconds", "state.")

    /// - Parameters:
    ///   - path: that of the file.
    ///   - resumes: whether to resume from the file, if there is one.
    ///   - interval: seconds between two checkpoints.
    public init(path: String, resumes: Bool, interval: Double = 20) throws(CheckpointError) {
        self.path = path
        self.interval = interval
        guard resumes, FileManager.default.fileExists(atPath: path) else {
            earlier = nil
            return
        }
        let file: SafetensorsFile
        do { file = try SafetensorsFile(path: path) } catch { throw CheckpointError(path: path, problem: error.problem) }
        guard let identity = file.metadata[Self.identity], let seconds = file.metadata[Self.seconds].flatMap(Double.init) else {
            throw CheckpointError(path: path, problem: "not a checkpoint, or one of another version")
        }
        let states = file.metadata.compactMap { name, text in
            name.hasPrefix(Self.statePrefix) ? (String(name.dropFirst(Self.statePrefix.count)), text) : nil
        }
        earlier = Checkpoint(
            identity: identity, seconds: seconds, tensors: file.tensors, states: Dictionary(uniqueKeysWithValues: states))
    }

    /// Whether a job resumes from it.
    public var isResumed: Bool { earlier != nil }

    /// Seconds that the job had taken before.
    public var seconds: Double { earlier?.seconds ?? 0 }

    /// Refuses what an interrupted run of another job left, naming the fields that differ.
    func check(_ identity: JobIdentity) throws(CheckpointError) {
        guard let earlier else { return }
        guard let differences = identity.differences(from: earlier.identity) else {
            throw CheckpointError(path: path, problem: "not a checkpoint, or one of another version")
        }
        guard differences.isEmpty else {
            throw CheckpointError(
                path: path,
                problem: "it belongs to other options, another data set, machine or version: "
                    + differences.map(\.description).joined(separator: ", "))
        }
    }

    /// Replaces the file in one step, so that a kill leaves the old one or the new one.
    func write(_ checkpoint: Checkpoint) throws(CheckpointError) {
        var metadata = [Self.identity: checkpoint.identity, Self.seconds: "\(checkpoint.seconds)"]
        for (name, text) in checkpoint.states { metadata[Self.statePrefix + name] = text }
        do {
            try SafetensorsFile(tensors: checkpoint.tensors, metadata: metadata).write(to: path)
        } catch {
            throw CheckpointError(
                path: path, problem: "the checkpoint cannot be written", remedy: "make room for it, and begin anew or \(setting: "resume")")
        }
    }

    /// When the job is finished.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
