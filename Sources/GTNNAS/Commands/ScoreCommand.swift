import ArgumentParser
import Basics
import Foundation
import GTN
import Search

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "The score of one architecture, as a search gives it.",
        discussion: """
            With the same --seed, teacher and options of scoring, the score is the one that 'search' gives; options left out follow the \
            teacher's recommendation. With --initializations K, the accuracy, loss, score and step losses are means over K \
            initializations.

            Example:
              gtn-nas score SearchSpaces/nas-bench-201.space --data fashion-mnist --teacher T.safetensors \\
                --architecture '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|'
            """)

    @OptionGroup var space: SpaceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var scoring: ScoringOptions
    @OptionGroup var machine: MachineOptions

    @Option(help: "The architecture, in the space's own notation or its foreign one.")
    var architecture: String

    @Option(help: "The teacher file, for scores that train on a curriculum.")
    var teacher: String?

    @Option(
        help: ArgumentHelp(
            "Also write the initial parameters of the first initialization, and the indices of the evaluated images, as safetensors.",
            valueName: "file"))
    var saveInitial: String?

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        if let saveInitial { try OutputFile.check(saveInitial) }
        let score = try SingleScore(
            architecture, of: space.space(), data: data.data, teacher: teacher, scoring: scoring.request, seed: machine.seed,
            device: machine.chosenDevice())
        if let saveInitial { try score.initialFile().write(to: saveInitial) }
        let (candidate, evaluation) = (score.candidate, try score.evaluate())
        let initializations = scoring.initializations ?? 1
        if json {
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

    /// Those of several passes are hundreds: the first and the last are shown.
    private static func shown(_ losses: [Double]) -> String {
        func text(_ losses: some Sequence<Double>) -> String { losses.map { decimal($0, 3) }.joined(separator: " ") }
        return losses.count > 64 ? "\(text(losses.prefix(8))) … \(text(losses.suffix(8)))  (\(losses.count) steps)" : text(losses)
    }
}
