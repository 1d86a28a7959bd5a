import Basics
import ArgumentParser
import GTN

struct TeacherAdviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advise",
        abstract: "Writes into a teacher how candidates are best scored on it.",
        discussion: """
            A search that is given the teacher follows the advice, but for what it is told otherwise. What is good advice is found by \
            scoring candidates whose real accuracies are known in several ways, with 'search --teacher … --replays … --score-by …' and \
            'correlate'. A curriculum that is written out for each time that it is gone through, as that of a teacher made to rank, is \
            kept once.

            Example:
              gtn-nas teacher advise fashion.safetensors --replays 16 --replay-rate 0.1 --score-by training-loss -o advised.safetensors
            """)

    @Argument(help: ArgumentHelp("The teacher file.", valueName: "teacher"))
    var path: String

    @Option(help: "How often a candidate goes through the curriculum as it is written in the file; 1 for once, at its own rates.")
    var replays: Int

    @Option(help: "The highest rate of replays (default: the mean of the learned ones).")
    var replayRate: Double?

    @Option(help: "What of a training the score is: loss, accuracy, training-loss or area.")
    var scoreBy: ScoreCriterion

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "teacher"))
    var output: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        _ = try SettingCheck.whole("replays", replays, 1...1_000)
        if let replayRate { _ = try SettingCheck.positive("replay-rate", replayRate) }
        if replays == 1, replayRate != nil {
            throw InputRefusal("--replay-rate: a curriculum gone through once keeps its own rates; leave it out")
        }
        try OutputFile.check(output)
        var file = try TeacherFile(path: path)
        if replays > 1 { try file.checkPasses(path: path) }
        var advice = ScoringRecommendation(passes: replays, peakRate: replayRate, criterion: scoreBy)
        if replays > 1, let written = file.recipe.passes {
            // The images once are enough for a rate that is not learned.
            advice.passes *= written
            advice.peakRate = replayRate ?? file.curriculum.curriculum().learningRate.mean().item
            file = file.onePass
        }
        file.recipe.recommendation = advice
        try file.write(to: output)
        if json {
            try Console.json("teacher advise", ["teacher": output, "advice": try Console.object(file.recipe.recommendation)])
        } else {
            print("teacher       \(output): candidates are best scored by \(file.recipe.recommendation!.text)")
        }
    }
}

extension ScoringRecommendation {
    /// As in "training-loss, going through it 16 times at a rate of up to 0.1".
    var text: String {
        "\(criterion.rawValue), going through it "
            + (passes == 1 ? "once" : "\(passes) times\(peakRate.map { " at a rate of up to \($0)" } ?? "")")
    }
}
