import Basics
import ArgumentParser
import GTN

/// How long meta-training goes on: a time for all of the command, or a number of meta-steps.
struct BoundOptions: ParsableArguments {
    @Option(help: "Time for all of the command, as in 90s, 5m, 1h30m.")
    var budget: TimeSpan?

    @Option(help: "Number of meta-steps instead of a time; results are then the same every time.")
    var metaSteps: Int?

    func bound(of command: String) throws -> MetaTraining.Bound {
        switch (budget, metaSteps) {
        case (let budget?, nil):
            guard budget.seconds > 0 else { throw InputRefusal("--budget \(budget): nothing can be done in no time; try --budget 5m") }
            return .seconds(budget.seconds)
        case (nil, let count?):
            guard count >= 0 else { throw InputRefusal("--meta-steps \(count): expected a number from 0 on") }
            return .metaSteps(count)
        case (nil, nil): throw InputRefusal("\(command) needs a bound: --budget 5m, or --meta-steps 500")
        case (_?, _?): throw InputRefusal("--budget and --meta-steps exclude each other: give one bound")
        }
    }
}
