import ArgumentParser
import Basics
import Export
import Search
import SearchSpace

/// Maximum costs of a candidate. Amounts may end in k, M or G.
struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Maximum number of parameters, as in 300k.", valueName: Amount.valueName)) var maxParameters: Amount?

    @Option(
        name: .customLong("max-macs"),
        help: ArgumentHelp("Maximum multiply-accumulates for one image, as in 30M.", valueName: Amount.valueName))
    var maxMACs: Amount?

    @Option(
        help: ArgumentHelp(
            "Maximum peak memory of the activations of one image, in bytes of float32, as in 256k.", valueName: Amount.valueName))
    var maxMemory: Amount?

    var computable: CostLimits { CostLimits(parameters: maxParameters?.value, macs: maxMACs?.value, memory: maxMemory?.value) }
}

/// The setting that is fitted to the limits.
struct FitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Give each candidate the largest value of this setting within the limits, as in --fit channels.",
            valueName: "setting"))
    var fit: String?
}

/// Where latencies come from.
struct LatencySourceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Latencies from a CSV file with the columns architecture and latency_ms, such as measurements on your device.",
            valueName: "csv"))
    var latencyTable: String?

    @Option(
        help: ArgumentHelp(
            "Latencies by a command that is given an ONNX file as its last argument and prints milliseconds.", valueName: "command"))
    var latencyCommand: String?

    var isGiven: Bool { latencyTable != nil || latencyCommand != nil }

    /// - Parameter isNeeded: whether to measure in this program if no option names a source.
    func source(for space: SearchSpace, isNeeded: Bool) throws -> (any LatencySource)? {
        switch (latencyTable, latencyCommand) {
        case (let table?, nil): return try LatencyTable(path: table, space: space)
        case (nil, let command?): return LatencyCommand(command)
        case (nil, nil): return isNeeded ? LatencyMeter() : nil
        case (_?, _?): throw InputRefusal("--latency-table and --latency-command exclude each other: give one source of latencies")
        }
    }
}

/// The cost that is held equal when a ranking is evaluated for use under a limit.
struct CostOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cost held equal for the verdict under a limit (default: the --cost of the search, else macs).",
            valueName: "cost"))
    var cost: CostKind?
}
