import Basics
import ArgumentParser
import Datasets
import Foundation
import GTN
import Search
import SearchSpace

/// What `teach` asks about a teacher that is made to rank.
struct RankingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Make a teacher that ranks instead of one that teaches: a CSV file with the columns architecture and accuracy, of \
            architectures trained on real data, or the directory of a run, of which the scores are taken. How well learners fit the \
            images, gone through several times, is ordered as these are.
            """,
            valueName: "file|run"))
    var pilot: String?

    @Option(help: ArgumentHelp("With --pilot: how often the images are gone through (default: 4).", valueName: "count"))
    var passes: Int?

    @Flag(
        name: .customLong("beside-parameters"),
        help: "With --pilot: order the sum of training loss and number of parameters, for --proxy blend.")
    var besideParameters = false

    @Option(
        help: ArgumentHelp("With --pilot: a teacher whose images and labels to begin with (default: real images).", valueName: "teacher"))
    var start: String?

    /// Makes a configuration that of a teacher that ranks, where there is a pilot.
    ///
    /// - Parameter rate: of the learners' first steps; nil for what was measured to be good.
    func apply(
        to configuration: inout Teaching.Configuration, rate: Double?, _ data: DatasetSpecification, _ task: LearningTask,
        _ space: SearchSpace
    ) throws {
        guard let pilot else {
            if passes != nil { throw InputRefusal("--passes: only a teacher made for ranking has passes; add --pilot FILE") }
            if besideParameters {
                throw InputRefusal("--beside-parameters: only a teacher made for ranking orders anything; add --pilot FILE")
            }
            if start != nil {
                throw InputRefusal("--start: only a teacher made for ranking begins with another one's images; add --pilot FILE")
            }
            return
        }
        guard configuration.kind == .distilled else {
            throw InputRefusal("--pilot: a teacher made for ranking is a distilled one; leave out --kind \(configuration.kind.rawValue)")
        }
        guard configuration.initialSchedule.optimizer == .sgd else {
            throw InputRefusal(
                "--pilot: its learners follow sgd-momentum; leave out --optimizer \(configuration.initialSchedule.optimizer.rawValue)")
        }
        guard configuration.objective.window == nil, configuration.objective.intermediate == 0 else {
            throw InputRefusal(
                "--pilot: its gradients flow through the last pass, which is what is judged; leave out --window and --intermediate")
        }
        var ranking = try RankingObjective.Configuration(pilot: pilot, of: data, task, space)
        guard Set(ranking.pilot.map(\.accuracy)).count > 1 else {
            let remedy =
                ranking.proxy == nil ? "'gtn-nas validate' trains some" : "'gtn-nas search' with --resume and more --candidates scores some"
            throw InputRefusal(
                "\(pilot): names fewer than two architectures of different \(ranking.proxy == nil ? "accuracy" : "score"); \(remedy)")
        }
        if let passes {
            // The check of settings would call it --replays, as it is for searches.
            guard (1...1_000).contains(passes) else { throw InputRefusal("--passes \(passes): expected a number from 1 to 1000") }
            ranking.passes = passes
        }
        ranking.besideParameters = besideParameters
        if let start {
            let file = try TeacherFile(path: start)
            try file.check(fits: task, path: start)
            // What is gone through several times is written out that often.
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
