import Foundation
import Networks
import Tensors

/// Networks that were trained one after another, by number, in a file: what a study that was killed goes on with.
public struct TrainedNetworksFile: Sendable {
    public let path: String
    /// What is gone on from.
    let earlier: Earlier?

    struct Earlier: Sendable {
        let parameters: [Int: TensorSnapshot]
        /// What the networks were trained for.
        let identity: String
        /// That the command had taken.
        let seconds: Double
    }

    /// - Parameters:
    ///   - path: that of the file.
    ///   - resumes: whether to go on from the file, if there is one.
    public init(path: String, resumes: Bool) throws(CheckpointError) {
        self.path = path
        guard resumes, FileManager.default.fileExists(atPath: path) else {
            earlier = nil
            return
        }
        let file: SafetensorsFile
        do { file = try SafetensorsFile(path: path) } catch { throw CheckpointError(path: path, problem: error.problem) }
        let numbered = file.tensors.compactMap { name, tensor in Int(name).map { ($0, tensor) } }
        guard numbered.count == file.tensors.count, let identity = file.metadata["identity"],
            let seconds = file.metadata["seconds"].flatMap(Double.init)
        else { throw CheckpointError(path: path, problem: "not a file of trained networks") }
        earlier = Earlier(parameters: Dictionary(uniqueKeysWithValues: numbered), identity: identity, seconds: seconds)
    }

    /// The parameters of before, by number. Throws ``CheckpointError`` where they were trained for something else.
    func parameters(of network: Network, identity: String) throws(CheckpointError) -> [Int: TensorSnapshot] {
        guard let earlier else { return [:] }
        let shape = [network.layout.count]
        guard earlier.identity == identity, earlier.parameters.values.allSatisfy({ $0.shape == shape }) else {
            throw CheckpointError(path: path, problem: "it belongs to other options, another data set, machine or version")
        }
        return earlier.parameters
    }

    /// Replaces the file in one step, so that a kill leaves the old one or the new one.
    func write(_ parameters: [Int: TensorSnapshot], seconds: Double, identity: String) throws(CheckpointError) {
        let tensors = Dictionary(uniqueKeysWithValues: parameters.map { ("\($0.key)", $0.value) })
        do {
            try SafetensorsFile(tensors: tensors, metadata: ["identity": identity, "seconds": "\(seconds)"]).write(to: path)
        } catch {
            throw CheckpointError(
                path: path, problem: "the networks cannot be written", remedy: "make room for them, and begin anew or --resume")
        }
    }

    /// When all is done.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
