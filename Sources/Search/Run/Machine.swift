import Foundation
import Networks
import Tensors

/// The software and hardware of a run.
public enum Machine {
    /// Versions of libtorch and the operating system, and the instruction set of compiled networks.
    public static var versions: [String: String] {
        [
            "libtorch": Runtime.libtorchVersion, "instructions": Network.instructions,
            "os": ProcessInfo.processInfo.operatingSystemVersionString,
        ]
    }

    /// The processor's name, if the system reports it, and the number of cores.
    public static var description: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
        let name = model.map { $0.trimmingCharacters(in: .whitespaces) + ", " } ?? ""
        return "\(name)\(ProcessInfo.processInfo.activeProcessorCount) cores"
    }
}
