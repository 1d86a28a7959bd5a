import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Search
import SearchSpace

/// The options of `teach` for a teacher that is made to rank.
struct RankingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Learn images that rank architectures: after several passes, training losses follow the order of the given accuracies. \
            Give a CSV file with the columns architecture and accuracy, or a run directory, whose scores are used.
            """,
            valueName: "file|run"))
    var pilot: String?

    @Option(help: ArgumentHelp("Passes over the curriculum (default: 4). The default of --initial-rate is then 0.3.", valueName: "count"))
    var pilotPasses: Int?

    @Flag(
        name: .customLong("beside-parameters"),
        help: "Learn to rank by the sum of training loss and number of parameters, for a search with --proxy blend.")
    var besideParameters = false

    @Option(help: ArgumentHelp("A teacher whose images and labels to start from (default: real images).", valueName: "teacher"))
    var start: String?

    @Option(name: .customLong("passes"), help: .hidden) var formerPilotPasses: Int?

    /// Changes a configuration for a ranking teacher, if there is a pilot.
    ///
    /// - Parameter rate: the learners' initial learning rate; nil for the default, which was measured to be good.
    func apply(
        to configuration: inout Teaching.Configuration, rate: Double?, _ data: DatasetSpecification, _ task: LearningTask,
        _ space: SearchSpace
    ) throws {
        let passes = try CommandLineOption.value("pilot-passes", pilotPasses, formerly: "passes", formerPilotPasses)
        guard let pilot else {
            let given = [("pilot-passes", passes != nil), ("beside-parameters", besideParameters), ("start", start != nil)].first(
                where: \.1)
            if let given { throw InputRefusal("--\(given.0): only a teacher made to rank has this option; add --pilot FILE") }
            return
        }
        guard configuration.kind == .distilled else {
            throw InputRefusal("--pilot: a teacher made to rank must be distilled; leave out --kind \(configuration.kind.rawValue)")
        }
        guard configuration.initialSchedule.optimizer == .sgd else {
            throw InputRefusal(
                "--pilot: learners of a teacher made to rank use sgd-momentum; leave out --optimizer"
            )
        }
        guard configuration.objective.window == nil, configuration.objective.intermediate == 0 else {
            throw InputRefusal(
                "--pilot: gradients come from the last pass alone; leave out --window and --intermediate")
        }
        var ranking = try RankingObjective.Configuration(pilot: pilot, of: data, task, space)
        guard Set(ranking.pilot.map(\.accuracy)).count > 1 else {
            let remedy =
                ranking.proxy == nil ? "'gtn-nas validate' trains some" : "'gtn-nas search' with --resume and more --candidates scores some"
            throw InputRefusal(
                "\(pilot): names fewer than two architectures of different \(ranking.proxy == nil ? "accuracy" : "score"); \(remedy)")
        }
        if let passes { ranking.passes = try SettingCheck.whole("pilot-passes", passes, 1...1_000) }
        ranking.besideParameters = besideParameters
        if let start {
            let file = try TeacherFile(path: start)
            try file.check(fits: task, path: start)
            // A file of several passes repeats the images.
            let images = file.curriculum.firstSteps(divisor: file.recipe.passes ?? 1)
            ranking.start = images
            let curriculum = images.curriculum()
            (configuration.steps, configuration.batch) = (curriculum.steps, curriculum.batch)
        }
        configuration.ranking = ranking
        configuration.initialSchedule = RankingObjective.Configuration.schedule
        if let rate { configuration.initialSchedule.learningRate = rate }
        configuration.compares = false
    }
}
