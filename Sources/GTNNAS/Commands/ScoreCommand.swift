import ArgumentParser
import Basics
import Foundation
import GTN
import Search

/// The architecture to score, and the teacher to score it with.
struct ScoreSubjectOptions: ParsableArguments {
    static let architectureHelp: ArgumentHelp = "The architecture, in the space's own notation or its foreign one."

    @Option(help: architectureHelp) var architecture: String

    @Option(help: ArgumentHelp("A teacher file, or the name of a shipped teacher, for --proxy curriculum.", valueName: "file")) var teacher:
        String?
}

/// The output of `score`.
struct ScoreOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Also write the first initial parameters, and the indices of the evaluated images, as safetensors.", valueName: "file"))
    var saveInitial: String?

    @Flag(help: OutputOptions.jsonHelp) var json = false
}

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores one architecture, exactly as a search does.",
        discussion: """
            With the same seed, teacher and scoring options, the score equals that of 'search'. With --initializations K, accuracy, loss, \
            score and step losses are means over K trainings.

            Example:
              gtn-nas score fashion --data fashion-mnist --teacher T.safetensors \\
                --architecture conv3x3.skip,conv1x1.none,none,max3x3
            """)

    @OptionGroup(title: "What to score") var space: SpaceOptions
    @OptionGroup(title: "What to score") var data: DataOptions
    @OptionGroup(title: "What to score") var subject: ScoreSubjectOptions
    @OptionGroup(title: "Scoring") var scoring: ScoringOptions
    @OptionGroup(title: "Scoring") var scale: ProxyScaleOptions
    @OptionGroup(title: "Machine") var machine: MachineOptions
    @OptionGroup(title: "Output") var output: ScoreOutputOptions

    func run() throws {
        let (architecture, saveInitial) = (subject.architecture, output.saveInitial)
        if let saveInitial { try OutputFile.check(saveInitial) }
        let score = try SingleScore(
            architecture, of: scale.apply(to: space.space()), data: data.data, teacher: subject.teacher.map(ShippedFiles.path(ofTeacher:)),
            scoring: scoring.request(), seed: machine.seed,
            device: machine.chosenDevice())
        if let saveInitial { try score.initialFile().write(to: saveInitial) }
        let (candidate, evaluation) = (score.candidate, try score.evaluate())
        let initializations = scoring.initializations ?? 1
        if output.json {
            try Console.json(
                "score",
                [
                    "architecture": architecture, "hash": candidate.hash, "accuracy": evaluation.accuracy as Any? ?? NSNull(),
                    "loss": evaluation.loss as Any? ?? NSNull(), "score": evaluation.score,
                    "step_losses": evaluation.stepLosses.map { $0.isFinite ? $0 as Any : NSNull() }, "seconds": evaluation.seconds,
                    "initializations": initializations, "parameters": candidate.parameters, "macs": candidate.macs,
                    "scoring": "\(score.scoring)",
                ])
            return
        }
        print("architecture  \(architecture)")
        print("hash          \(candidate.hash)")
        print("scoring       \(score.scoring)")
        if let accuracy = evaluation.accuracy, let images = score.evaluatedImages {
            print("accuracy      \(percent(accuracy)) on \(grouped(images)) real images")
        }
        if let loss = evaluation.loss { print("loss          \(decimal(loss, 4))") }
        print("score         \(decimal(evaluation.score, 4))")
        print("cost          \(grouped(candidate.parameters)) parameters, \(grouped(candidate.macs)) multiply-accumulates an image")
        if !evaluation.stepLosses.isEmpty { print("step losses   \(Self.shown(evaluation.stepLosses))") }
        print("time          \(decimal(evaluation.seconds, 2)) s for \(initializations) initialization\(initializations == 1 ? "" : "s")")
    }

    /// Prints the first and the last losses, because several passes have hundreds.
    private static func shown(_ losses: [Double]) -> String {
        func text(_ losses: some Sequence<Double>) -> String { losses.map { decimal($0, 3) }.joined(separator: " ") }
        return losses.count > 64 ? "\(text(losses.prefix(8))) … \(text(losses.suffix(8)))  (\(losses.count) steps)" : text(losses)
    }
}
