import ArgumentParser
import GTN
import Search

/// The scoring of candidates.
struct ScoringOptions: ParsableArguments {
    @Option(help: "The score that ranks candidates (default: aggregate; of a single candidate: curriculum).") var proxy: Proxy?

    @Option(
        help: ArgumentHelp(
            "Passes over the curriculum (default: the teacher's recommendation, else 4 to 16 in the aggregate and on real images, else 1).",
            valueName: "count"))
    var passes: Int?

    @Option(
        help: ArgumentHelp(
            """
            Peak learning rate of several passes (default: the teacher's recommendation, else 0.3 in the aggregate and on real images, \
            else the mean of the learned rates).
            """,
            valueName: "rate"))
    var passRate: Double?

    @Option(
        help: """
            The score of a short training run (default: the teacher's recommendation, else training-loss in the aggregate and on real \
            images, else loss).
            """)
    var scoreBy: ScoreCriterion?

    @Option(
        help: ArgumentHelp(
            "Trainings of each candidate, from different initial parameters; the score is their mean (default: 1).", valueName: "count"))
    var initializations: Int?

    @Option(help: ArgumentHelp("Steps of 64 real images, for --proxy real-steps.", valueName: "count")) var realSteps = 100

    @Option(help: ArgumentHelp("Seconds of training on real images, for --proxy real-seconds.", valueName: "seconds")) var realSeconds = 2.0

    @Option(name: .customLong("replays"), help: .hidden) var formerPasses: Int?

    @Option(name: .customLong("replay-rate"), help: .hidden) var formerPassRate: Double?

    func request() throws -> ScoringRequest {
        var request = ScoringRequest(proxy)
        request.passes = try CommandLineOption.value("passes", passes, formerly: "replays", formerPasses)
        request.passRate = try CommandLineOption.value("pass-rate", passRate, formerly: "replay-rate", formerPassRate)
        request.criterion = scoreBy
        request.initializations = initializations
        (request.realSteps, request.realSeconds) = (realSteps, realSeconds)
        return request
    }
}
