import ArgumentParser
import Basics
import GTN

/// The bound of meta-training: a time, or a number of meta-steps.
struct BoundOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Time for the whole command, as in 90s, 5m or 1h30m.", valueName: "time")) var budget: TimeSpan?

    @Option(help: ArgumentHelp("Number of meta-steps, instead of a time; the result is then reproducible.", valueName: "count"))
    var metaSteps: Int?

    func bound(of command: String) throws -> MetaTraining.Bound {
        switch (budget, metaSteps) {
        case (let budget?, nil): return .seconds(try budget.checked().seconds)
        case (nil, let count?):
            guard count >= 0 else { throw InputRefusal("--meta-steps \(count): expected a number from 0 on") }
            return .metaSteps(count)
        case (nil, nil): throw InputRefusal("\(command) needs a bound: --budget 5m, or --meta-steps 500")
        case (_?, _?): throw InputRefusal("--budget and --meta-steps exclude each other: give one bound")
        }
    }
}
