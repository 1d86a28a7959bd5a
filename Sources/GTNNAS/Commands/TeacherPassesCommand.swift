import ArgumentParser
import Basics
import GTN

/// The options of `teacher passes`, and of its former name.
struct TeacherPassesOptions: ParsableArguments {
    @OptionGroup var source: TeacherFileArgument

    @Option(help: ArgumentHelp("Passes over the curriculum.", valueName: "count")) var passes: Int?

    @Option(help: ArgumentHelp("Peak learning rate (default: the mean of the learned ones).", valueName: "rate")) var rate: Double?

    @Option(name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("The teacher file to write.", valueName: "teacher"))
    var output: String

    @Flag(help: OutputOptions.jsonHelp) var json = false

    @Option(name: .customLong("epochs"), help: .hidden) var formerPasses: Int?

    /// - Parameter command: the name in the JSON object.
    func run(as command: String) throws {
        guard let passes = try CommandLineOption.value("passes", passes, formerly: "epochs", formerPasses) else {
            throw InputRefusal("--passes is missing: how many passes? For example --passes 4")
        }
        _ = try SettingCheck.whole("passes", passes, 1...1_000)
        if let rate { _ = try SettingCheck.positive("rate", rate) }
        try OutputFile.check(output)
        let file = try source.file()
        try file.checkPasses(path: source.path)
        let longer = file.repeated(passes: passes, peakRate: rate)
        try longer.write(to: output)
        let rates = longer.curriculum.curriculum().learningRate.doubles
        if json {
            try Console.json(command, ["teacher": output, "steps": longer.recipe.steps, "learning_rate": rates])
        } else {
            print(
                """
                teacher       \(output): \(longer.recipe.steps) steps of \(longer.recipe.batch) images, learning rate up to \
                \(decimal(rates.max() ?? 0, 4)) and down to zero
                """)
        }
    }
}

struct TeacherPassesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passes",
        abstract: "Writes a teacher whose curriculum is several passes over another's.",
        discussion: """
            More steps rank architectures better, and need no further meta-training. A cyclic schedule replaces the learned rates: the \
            learning rate rises for a fifth of the steps, then falls to zero.

            Example:
              gtn-nas teacher passes T.safetensors --passes 4 -o T4.safetensors
            """)

    @OptionGroup var options: TeacherPassesOptions

    func run() throws { try options.run(as: "teacher passes") }
}

/// The former name of `teacher passes`.
struct TeacherReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "The former name of 'teacher passes'.", shouldDisplay: false)

    @OptionGroup var options: TeacherPassesOptions

    func run() throws { try options.run(as: "teacher replay") }
}
