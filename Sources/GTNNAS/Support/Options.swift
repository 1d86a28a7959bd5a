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
    @Argument(help: ArgumentHelp("The search-space file.", valueName: "file"))
    var file: String

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp("Override a setting of the space; repeatable.", valueName: "name=value"))
    var overrides: [String] = []

    func space() throws -> SearchSpace {
        try SearchSpace.load(path: file).with(settings: Self.pairs(overrides))
    }

    /// Names and values of NAME=VALUE.
    static func pairs(_ overrides: [String]) throws -> [(name: String, value: String)] {
        try overrides.map { text in
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw InputRefusal("--set \(text): expected NAME=VALUE, as in --set channels=16")
            }
            return (name: String(text[..<equals]), value: String(text[text.index(after: equals)...]))
        }
    }

    /// The space for the images of a data set.
    func space(for task: LearningTask) throws -> SearchSpace { try space().fitted(to: task) }
}

/// The data set, and the seed that splits it.
struct DataOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            """
            Data set: fashion-mnist, mnist:DIR, cifar10:DIR or cifar100:DIR (binary versions), or folder:DIR of DIR/train/CLASS/*.png and \
            DIR/test/CLASS/*.png (JPEG too). NAME:DIR@16x16 brings images to that size.
            """,
            valueName: "name[:dir]"))
    var data: String

    func task(seed: UInt64) throws -> LearningTask {
        LearningTask(try Dataset.load(DatasetSpecification(parsing: data)), seed: seed)
    }
}

/// The machine's share of the work.
struct MachineOptions: ParsableArguments {
    @Option(help: "Seed of everything random.")
    var seed: UInt64 = 0

    @Option(help: "cpu, cuda, cuda:N or mps (default: the best one here).")
    var device: String?

    @Option(help: "Learners or candidates at a time (default: one per core). Results do not depend on it in count-bounded runs.")
    var workers: Int?

    @Option(help: "Threads of one operation outside the workers (default: one per core).")
    var threads: Int?

    func chosenDevice() throws -> Device {
        guard let device else { return .best }
        guard let chosen = Device(device) else {
            throw InputRefusal("--device \(device): expected cpu, cuda, cuda:N or mps")
        }
        guard chosen.isAvailable else {
            throw InputRefusal("--device \(device): libtorch offers no such device here; 'gtn-nas doctor' lists what there is")
        }
        return chosen
    }

    func workerCount() throws -> Int { try Self.perCore(workers, "workers") }
    func threadCount() throws -> Int { try Self.perCore(threads, "threads") }

    /// A number that is one per core where it is not given.
    static func perCore(_ value: Int?, _ name: String) throws -> Int {
        guard let value else { return ProcessInfo.processInfo.activeProcessorCount }
        return try SettingCheck.whole(name, value, 1...256)
    }
}

/// The worker processes of a search or a validation.
struct WorkerOptions: ParsableArguments {
    @Option(
        help: """
            Timeout of worker processes: time without a single step of training after which one counts as hung, or a quarter of what is \
            left; its \
            candidate is tried once more, then recorded as failed.
            """)
    var patience = TimeSpan(seconds: 300)

    /// Workers send heartbeats once a second.
    private static let least = 5.0

    /// Worker processes are this program's own.
    func workplace() throws -> Workplace {
        guard patience.seconds >= Self.least else {
            throw InputRefusal("--patience \(patience): a step of training may take as long; try --patience 5m")
        }
        guard let program = Bundle.main.executableURL else {
            throw InputRefusal("this program's file is not to be found; start it by its path")
        }
        return .processes(
            command: { WorkerCommandLine(program: program, arguments: ["worker", $0.url.path]) }, timeout: patience.seconds)
    }
}

/// How results are shown.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    @Flag(help: "No progress and no notes.")
    var quiet = false
}
