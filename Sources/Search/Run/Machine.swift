import Basics
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
        let name = Processor.name.map { "\($0), " } ?? ""
        return "\(name)\(ProcessInfo.processInfo.activeProcessorCount) cores"
    }
}
