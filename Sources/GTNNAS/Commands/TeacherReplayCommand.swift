import Basics
import ArgumentParser
import GTN

struct TeacherReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Writes a teacher whose curriculum is gone through several times, at a rate that falls to zero.",
        discussion: """
            More steps rank architectures better than few, and on learned images they cost nothing but themselves: no step of \
            meta-training. The learned rates give way to one cycle, up for a fifth of the steps and down to zero, as in the trainings on \
            real data.

            Example:
              gtn-nas teacher replay fashion.safetensors --epochs 4 -o fashion-4.safetensors
            """)

    @Argument(help: ArgumentHelp("The teacher file.", valueName: "teacher"))
    var path: String

    @Option(help: "How often the steps are gone through.")
    var epochs: Int

    @Option(help: "The highest rate (default: the mean of the learned ones).")
    var rate: Double?

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "teacher"))
    var output: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        let epochs = try SettingCheck.whole("epochs", epochs, 1...1_000)
        if let rate { _ = try SettingCheck.positive("rate", rate) }
        try OutputFile.check(output)
        let file = try TeacherFile(path: path)
        try file.checkPasses(path: path)
        let replayed = file.repeated(passes: epochs, peakRate: rate)
        try replayed.write(to: output)
        let peak = replayed.curriculum.curriculum().learningRate.doubles.max() ?? 0
        if json {
            try Console.json(
                "teacher replay",
                ["teacher": output, "steps": replayed.recipe.steps, "learning_rate": replayed.curriculum.curriculum().learningRate.doubles])
        } else {
            print(
                """
                teacher       \(output): \(replayed.recipe.steps) steps of \(replayed.recipe.batch) images, rate up to \
                \(decimal(peak, 4)) and down to zero
                """)
        }
    }
}
