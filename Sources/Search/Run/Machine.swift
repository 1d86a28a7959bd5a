import Foundation
import Networks
import Tensors

/// What a run was made with and on.
public enum Machine {
    public static var versions: [String: String] {
        [
            "libtorch": Runtime.libtorchVersion, "instructions": Network.instructions,
            "os": ProcessInfo.processInfo.operatingSystemVersionString,
        ]
    }

    /// The processor's name, where the system tells it, and the number of cores.
    public static var description: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
        let name = model.map { $0.trimmingCharacters(in: .whitespaces) + ", " } ?? ""
        return "\(name)\(ProcessInfo.processInfo.activeProcessorCount) cores"
    }
}
