import Basics
import ArgumentParser
import GTN

struct TeacherAdviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advise",
        abstract: "Writes a recommendation into a teacher: how to score candidates with it.",
        discussion: """
            A search with this teacher follows the recommendation; options of the search override it. To find a good one, score \
            candidates of known accuracy with several values of --passes, --pass-rate and --score-by, and compare them with 'correlate'. \
            A curriculum that holds several passes over the same images is written as one pass.

            Example:
              gtn-nas teacher advise T.safetensors -o T16.safetensors \\
                --passes 16 --pass-rate 0.1 --score-by training-loss
            """)

    @OptionGroup var source: TeacherFileArgument

    @Option(help: ArgumentHelp("Passes over the curriculum in the file; 1 keeps its learning rates.", valueName: "count"))
    var passes: Int?

    @Option(help: ArgumentHelp("Peak learning rate of several passes (default: the mean of the learned ones).", valueName: "rate"))
    var passRate: Double?

    @Option(help: "The part of the training that counts.") var scoreBy: ScoreCriterion

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "teacher"))
    var output: String

    @Flag(help: OutputOptions.jsonHelp) var json = false

    @Option(name: .customLong("replays"), help: .hidden) var formerPasses: Int?

    @Option(name: .customLong("replay-rate"), help: .hidden) var formerPassRate: Double?

    func run() throws {
        let passRate = try CommandLineOption.value("pass-rate", passRate, formerly: "replay-rate", formerPassRate)
        guard let passes = try CommandLineOption.value("passes", passes, formerly: "replays", formerPasses) else {
            throw InputRefusal("--passes is missing: how many passes over the curriculum? For example --passes 16")
        }
        _ = try SettingCheck.whole("passes", passes, 1...1_000)
        if let passRate { _ = try SettingCheck.positive("pass-rate", passRate) }
        if passes == 1, passRate != nil {
            throw InputRefusal("--pass-rate: a single pass keeps the learned rates; leave it out, or give more --passes")
        }
        try OutputFile.check(output)
        var file = try source.file()
        if passes > 1 { try file.checkPasses(path: source.path) }
        var advice = ScoringRecommendation(passes: passes, peakRate: passRate, criterion: scoreBy)
        if passes > 1, let written = file.recipe.passes {
            // If learning rates are not learned, one copy of the images suffices.
            advice.passes *= written
            advice.peakRate = passRate ?? file.curriculum.curriculum().learningRate.mean().item
            file = file.onePass
        }
        file.recipe.recommendation = advice
        try file.write(to: output)
        if json {
            try Console.json("teacher advise", ["teacher": output, "advice": try Console.object(file.recipe.recommendation)])
        } else {
            print("teacher       \(output): recommends scoring candidates by \(file.recipe.recommendation!.text)")
        }
    }
}

extension ScoringRecommendation {
    /// The recommendation, as in "training-loss after 16 passes at learning rates up to 0.1".
    var text: String {
        let rates = passes == 1 ? "" : peakRate.map { " at learning rates up to \($0)" } ?? ""
        return "\(criterion.rawValue) after \(passes) pass\(passes == 1 ? "" : "es")\(rates)"
    }
}
