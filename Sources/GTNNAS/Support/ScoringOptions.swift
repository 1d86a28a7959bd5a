import ArgumentParser
import GTN
import Search

/// What candidates are scored by.
struct ScoringOptions: ParsableArguments {
    @Option(
        help: """
            What candidates are scored by: curriculum; real-steps or real-seconds, short training on real images; blend, real-steps-blend \
            or real-seconds-blend, the sum of the ranks by one of these and by parameters; parameters or macs, which cost nothing; or a \
            score of the untrained network, synflow, jacob_cov, nwot, snip, grad_norm, grasp or fisher.
            """)
    var proxy = Proxy.curriculum

    @Option(help: "Steps of 64 real images, of --proxy real-steps.")
    var realSteps = 100

    @Option(help: "Seconds of training, of --proxy real-seconds.")
    var realSeconds = 2.0

    @Option(
        help: """
            What of a training the score is: loss or accuracy on real images kept apart; training-loss, over the last pass through the \
            images; or area, the training loss over all steps (default: that of a resumed run, else the teacher's recommendation, else \
            loss).
            """)
    var scoreBy: ScoreCriterion?

    @Option(
        help: ArgumentHelp(
            """
            How often a candidate goes through the curriculum, at a rate that falls to zero (default: that of a resumed run, else the \
            teacher's recommendation, else once, at its own rates).
            """,
            valueName: "count"))
    var replays: Int?

    @Option(
        help: """
            The highest rate of replays (default: that of a resumed run, else the teacher's recommendation, else the mean of its own \
            ones).
            """)
    var replayRate: Double?

    @Option(
        help: ArgumentHelp(
            """
            Trainings of each candidate on the curriculum, from other initial parameters; their mean counts (default: that of a resumed \
            run, else 1).
            """,
            valueName: "count"))
    var initializations: Int?

    var request: ScoringRequest {
        var request = ScoringRequest(proxy)
        request.passes = replays
        request.passRate = replayRate
        request.criterion = scoreBy
        request.initializations = initializations
        (request.realSteps, request.realSeconds) = (realSteps, realSeconds)
        return request
    }
}
