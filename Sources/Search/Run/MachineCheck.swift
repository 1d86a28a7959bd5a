import Basics
import Datasets
import Foundation
import Networks
import ResultStore
import Tensors

/// A check of one requirement that searches have of the machine.
public struct MachineCheck: Sendable {
    public let name: String
    public let ok: Bool
    /// What was found and, if the check fails, the command that fixes it.
    public let detail: UserMessage

    /// Returns the results of all checks.
    public static func all() -> [MachineCheck] {
        [libtorch, threads, devices, memory, fashionMNIST, disk, sqlite]
    }

    /// The libtorch version that Scripts/setup installs.
    private static let libtorchVersion = "2.13.0"
    private static let gibibyte = 1_073_741_824.0
    /// Enough for two workers with learners of the shipped spaces, in GiB.
    private static let leastMemory = 2.0
    private static let leastDisk = 1.0

    private static var libtorch: MachineCheck {
        let version = Runtime.libtorchVersion
        let ok = version.split(separator: "+").first.map(String.init) == libtorchVersion
        return MachineCheck(
            name: "libtorch", ok: ok,
            detail: ok
                ? "\(version)"
                : """
                \(version), but this program is tested with \(libtorchVersion); run 'rm -rf .libtorch && Scripts/setup', then build again
                """
        )
    }

    private static var threads: MachineCheck {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return MachineCheck(
            name: "cpu threads", ok: true,
            detail: "\(cores) cores; one operation uses up to \(Runtime.threads) threads; networks are compiled for \(Network.instructions)"
        )
    }

    private static var devices: MachineCheck {
        var found: [Device] = [.cpu]
        while Device.cuda(found.count - 1).isAvailable { found.append(.cuda(found.count - 1)) }
        if Device.mps.isAvailable { found.append(.mps) }
        return MachineCheck(
            name: "devices", ok: true, detail: "\(found.map(\.description).joined(separator: ", ")); default: \(Device.best)")
    }

    private static var memory: MachineCheck {
        let all = Double(ProcessInfo.processInfo.physicalMemory) / gibibyte
        let free = availableMemory ?? all
        let text = "\(decimal(free, 1)) GiB available of \(decimal(all, 1)) GiB"
        return MachineCheck(
            name: "memory", ok: free >= leastMemory,
            detail: free >= leastMemory
                ? "\(text)"
                : """
                \(text), below \(decimal(leastMemory, 0)) GiB; close other programs, or evaluate one candidate at a time with \
                '\(setting: "workers") 1'
                """
        )
    }

    /// The available memory in GiB, if the system reports it.
    private static var availableMemory: Double? {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
        else { return nil }
        return kibibytes * 1024 / gibibyte
    }

    private static var fashionMNIST: MachineCheck {
        let name = "fashion-mnist files"
        do {
            let specification = try DatasetSpecification(parsing: "fashion-mnist")
            let data = try Dataset.load(specification)
            return MachineCheck(
                name: name, ok: true,
                detail: "\(data.train.count) training and \(data.test.count) test images in \(specification.directory)")
        } catch {
            return MachineCheck(name: name, ok: false, detail: UserMessage(error))
        }
    }

    private static var disk: MachineCheck {
        let name = "disk"
        let directory = FileManager.default.currentDirectoryPath
        guard let size = try? FileManager.default.attributesOfFileSystem(forPath: directory)[.systemFreeSize] as? NSNumber else {
            return MachineCheck(name: name, ok: false, detail: "the free space in \(directory) is unknown; run 'df -h .' to see it")
        }
        let free = size.doubleValue / gibibyte
        let text = "\(decimal(free, 1)) GiB free in \(directory)"
        return MachineCheck(
            name: name, ok: free >= leastDisk,
            detail: free >= leastDisk
                ? "\(text)" : "\(text), below \(decimal(leastDisk, 0)) GiB; 'du -sh Results/runs/* | sort -h' lists old runs by size")
    }

    private static var sqlite: MachineCheck {
        do {
            return MachineCheck(name: "sqlite", ok: true, detail: "\(try ResultStore.sqliteVersion())")
        } catch {
            return MachineCheck(name: "sqlite", ok: false, detail: "\(UserMessage(error)); run 'Scripts/setup', then build again")
        }
    }
}
