import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Search
import SearchSpace
import Tensors

/// A search-space file and its settings.
struct SpaceOptions: ParsableArguments {
    static let fileHelp = "A search-space file, or the name of a space that comes with gtn-nas, such as fashion."
    static let settingHelp = ArgumentHelp("Override a setting of the space, as in channels=16; repeatable.", valueName: "name=value")

    @Argument(help: ArgumentHelp(fileHelp, valueName: "file")) var file: String

    @Option(name: .customLong("set"), parsing: .singleValue, help: settingHelp) var overrides: [String] = []

    func space() throws -> SearchSpace {
        try ShippedFiles.space(file).with(settings: Self.pairs(overrides))
    }

    /// Names and values of NAME=VALUE.
    static func pairs(_ overrides: [String], option: String = "set") throws -> [(name: String, value: String)] {
        try overrides.map { text in
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw InputRefusal("--\(option) \(text): expected NAME=VALUE, as in --\(option) channels=16")
            }
            return (name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        }
    }

    /// The space for the images of a data set.
    func space(for task: LearningTask) throws -> SearchSpace { try space().fitted(to: task) }
}

/// The scale at which candidates are scored.
struct ProxyScaleOptions: ParsableArguments {
    @Option(
        name: .customLong("proxy-set"), parsing: .singleValue,
        help: ArgumentHelp(
            """
            Score candidates at this value of a setting; repeatable (default: its 'proxy' value in the space file, else the smallest \
            that learners take). Costs and training are those at --set.
            """, valueName: "name=value"))
    var overrides: [String] = []

    var settings: [(name: String, value: String)] {
        get throws { try SpaceOptions.pairs(overrides, option: "proxy-set") }
    }

    func apply(to space: SearchSpace) throws -> SearchSpace { try space.with(proxySettings: settings) }
}

/// The data set, and the seed that splits it.
struct DataOptions: ParsableArguments {
    static let help = """
        fashion-mnist, mnist:DIR, cifar10:DIR, cifar100:DIR (binary versions), or folder:DIR with DIR/train/CLASS/*.png and \
        DIR/test/CLASS/*.png (or JPEG). Append @ and a size to resize the images: cifar10:DIR@16x16.
        """

    @Option(name: .long, help: ArgumentHelp(help, valueName: "name[:dir]")) var data: String

    func task(seed: UInt64) throws -> LearningTask {
        LearningTask(try Dataset.load(DatasetSpecification(parsing: data)), seed: seed)
    }
}

/// The seed, and the use of the machine: workers, threads and device.
struct MachineOptions: ParsableArguments {
    @Option(help: "Random seed.") var seed: UInt64 = 0

    @Option(help: ArgumentHelp("Networks that train in parallel (default: one per core).", valueName: "count"))
    var workers: Int?

    @Option(help: ArgumentHelp("Threads of a tensor operation in the main process (default: one per core).", valueName: "count"))
    var threads: Int?

    @Option(help: "cpu, cuda, cuda:N or mps (default: the best available).") var device: String?

    func chosenDevice() throws -> Device {
        guard let device else { return .best }
        guard let chosen = Device(device) else {
            throw InputRefusal("--device \(device): expected cpu, cuda, cuda:N or mps")
        }
        guard chosen.isAvailable else {
            throw InputRefusal("--device \(device): libtorch finds no such device; 'gtn-nas doctor' lists those it finds")
        }
        return chosen
    }

    func workerCount() throws -> Int { try Self.perCore(workers, "workers") }
    func threadCount() throws -> Int { try Self.perCore(threads, "threads") }

    /// Returns the given number, or the number of cores.
    static func perCore(_ value: Int?, _ name: String) throws -> Int {
        guard let value else { return ProcessInfo.processInfo.activeProcessorCount }
        return try SettingCheck.whole(name, value, 1...256)
    }
}

/// The worker processes of a search or a validation.
struct WorkerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A worker that makes no training step for this long is stopped, and its candidate is tried once more (default: \(standard); \
            never more than a quarter of the remaining budget).
            """,
            valueName: "time"))
    var timeout: TimeSpan?

    @Option(name: .customLong("patience"), help: .hidden) var formerTimeout: TimeSpan?

    private static let standard = TimeSpan(seconds: 300)
    /// Workers send heartbeats once a second.
    private static let shortest = 5.0

    /// Worker processes run this same program.
    func workplace() throws -> Workplace {
        let timeout = try CommandLineOption.value("timeout", timeout, formerly: "patience", formerTimeout) ?? Self.standard
        guard timeout.seconds >= Self.shortest else {
            throw InputRefusal("--timeout \(timeout): a single training step may take longer; try --timeout 5m")
        }
        guard let program = Bundle.main.executableURL else {
            throw InputRefusal("the program's own file cannot be found; start it by its path")
        }
        return .processes(command: { WorkerCommandLine(program: program, arguments: ["worker", $0.url.path]) }, timeout: timeout.seconds)
    }
}

/// The form of the results.
struct OutputOptions: ParsableArguments {
    static let jsonHelp: ArgumentHelp = "Print one JSON object, and nothing else, on stdout."

    @Flag(help: jsonHelp) var json = false

    @Flag(help: "Print no progress and no notes.") var quiet = false
}
