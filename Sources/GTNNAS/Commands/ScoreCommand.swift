import Basics
import ArgumentParser
import Foundation
import GTN
import Networks
import Search
import SearchSpace
import Tensors

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "The score of one architecture: a short training on a teacher's curriculum, judged on real images.",
        discussion: """
            With the same --seed and teacher, the score is the one that 'search' gives. With --initializations K, the accuracy, loss and \
            score are means over K initializations, of which the first is that of 'search' and gives the losses of the steps.

            Example:
              gtn-nas score SearchSpaces/nas-bench-201.space --data fashion-mnist --teacher T.safetensors \\
                --architecture '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|'
            """)

    @OptionGroup var space: SpaceOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var machine: MachineOptions

    @Option(help: "The architecture, in the space's own notation or its foreign one.")
    var architecture: String

    @Option(help: "The teacher file.")
    var teacher: String

    @Option(help: "Initializations to average over.")
    var initializations = 1

    @Option(
        help: ArgumentHelp(
            "Also write the initial parameters of the first initialization, and the indices of the judging images, as safetensors.",
            valueName: "file"))
    var saveInitial: String?

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        _ = try OptionCheck.whole("initializations", initializations, 1...100_000)
        let device = try machine.chosenDevice()
        if let saveInitial { try OutputFile.check(saveInitial) }
        let file = try TeacherFile(path: teacher)
        // As in `search`: the split is the teacher's, so that nothing it learned from judges.
        let task = try data.task(seed: file.recipe.seed)
        let space = try space.space(for: task)
        try file.check(fits: task, path: teacher)
        let chosen = try space.architecture(architecture)
        let candidate = space.candidate(chosen, notation: architecture)
        let network = Network(space.canonicalGraph(of: chosen), normKind: NormKind(rawValue: file.recipe.normKind) ?? .batch)
        let first = candidate.evaluationSeed(run: machine.seed)
        if let saveInitial { try initialFile(network, seed: first, task).write(to: saveInitial) }
        // One evaluation uses one thread, here as in a search: the number of threads changes the last digits.
        Runtime.threads = 1
        let scorer = Scorer(task, file.curriculum, calibrationIndices: file.calibrationIndices, device: device)
        let results = (0..<initializations).compactMap { index in
            scorer.score(network, seed: index == 0 ? first : SeededGenerator.seed(first, 0x1_0000 + UInt64(index)))
        }
        func mean(_ value: (Scorer.Result) -> Double) -> Double { results.reduce(0) { $0 + value($1) } / Double(results.count) }
        let (accuracy, loss, score) = (mean(\.accuracy), mean(\.loss), mean(\.score))
        let seconds = results.reduce(0) { $0 + $1.seconds }
        let stepLosses = results[0].stepLosses
        if json {
            try Console.json(
                "score",
                [
                    "architecture": architecture, "hash": candidate.hash, "accuracy": accuracy, "loss": loss, "score": score,
                    "step_losses": stepLosses.map { $0.isFinite ? $0 as Any : NSNull() }, "seconds": seconds,
                    "initializations": initializations, "parameters": candidate.parameters, "macs": candidate.macs,
                ])
            return
        }
        print("architecture  \(architecture)")
        print("hash          \(candidate.hash)")
        print("accuracy      \(percent(accuracy)) on \(grouped(task.splits.score.count)) real images")
        print("loss          \(decimal(loss, 4))")
        print("score         \(decimal(score, 4))")
        print("cost          \(grouped(candidate.parameters)) parameters, \(grouped(candidate.macs)) multiply-accumulates an image")
        print("step losses   \(stepLosses.map { decimal($0, 3) }.joined(separator: " "))")
        print("time          \(decimal(seconds, 2)) s for \(initializations) initialization\(initializations == 1 ? "" : "s")")
    }

    /// What another framework needs to repeat the first initialization's training and judging.
    private func initialFile(_ network: Network, seed: UInt64, _ task: LearningTask) -> SafetensorsFile {
        let pieces = network.layout.pieces(of: Scorer.initialParameters(network, seed: seed))
        var tensors = Dictionary(uniqueKeysWithValues: zip(network.layout.parameters, pieces).map { ($0.name, TensorSnapshot($1)) })
        tensors["score_indices"] = TensorSnapshot(Tensor(task.splits.score.map(Int64.init)))
        return SafetensorsFile(tensors: tensors)
    }
}
