import Foundation
import Tensors

/// The file in which a job stores its checkpoint, and the checkpoint that an interrupted run left there.
public struct CheckpointFile: Sendable {
    public let path: String
    /// Seconds between two checkpoints. An interrupted job loses at most this much work.
    public let interval: Double
    /// The checkpoint to resume from.
    let earlier: Checkpoint?

    private static let (identity, seconds, statePrefix) = ("identity", "seconds", "state.")

    /// - Parameters:
    ///   - path: the file's path.
    ///   - resumes: whether to resume from the file if it exists.
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
            throw CheckpointError(path: path, problem: "not a checkpoint that this version can read")
        }
        let states = file.metadata.compactMap { name, text in
            name.hasPrefix(Self.statePrefix) ? (String(name.dropFirst(Self.statePrefix.count)), text) : nil
        }
        earlier = Checkpoint(
            identity: identity, seconds: seconds, tensors: file.tensors, states: Dictionary(uniqueKeysWithValues: states))
    }

    /// Whether a job resumes from this file.
    public var isResumed: Bool { earlier != nil }

    /// Seconds that the job used before it was interrupted.
    public var seconds: Double { earlier?.seconds ?? 0 }

    /// Throws if the checkpoint belongs to another job, and names the fields that differ.
    func check(_ identity: JobIdentity) throws(CheckpointError) {
        guard let earlier else { return }
        guard let differences = identity.differences(from: earlier.identity) else {
            throw CheckpointError(path: path, problem: "not a checkpoint that this version can read")
        }
        guard differences.isEmpty else {
            throw CheckpointError(
                path: path,
                problem: "it was written by a job with other settings, data, machine or version: "
                    + differences.map(\.description).joined(separator: ", "))
        }
    }

    /// Replaces the file atomically: an interrupted write leaves the old checkpoint intact.
    func write(_ checkpoint: Checkpoint) throws(CheckpointError) {
        var metadata = [Self.identity: checkpoint.identity, Self.seconds: "\(checkpoint.seconds)"]
        for (name, text) in checkpoint.states { metadata[Self.statePrefix + name] = text }
        do {
            try SafetensorsFile(tensors: checkpoint.tensors, metadata: metadata).write(to: path)
        } catch {
            throw CheckpointError(
                path: path, problem: "the checkpoint cannot be written",
                remedy: "check its directory and the free disk space, then \(setting: "resume") or start over")
        }
    }

    /// Deletes the file. Called when the job has finished.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
