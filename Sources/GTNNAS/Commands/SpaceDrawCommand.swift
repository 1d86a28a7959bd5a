import ArgumentParser
import Foundation
import Reports
import SearchSpace

struct SpaceDrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draws the cells of one architecture as SVG.",
        discussion: """
            Cells are drawn as written, dead branches included. Inputs and outputs are dark, values are circles, and operations are boxes \
            colored by kind. A value is the sum of its inputs. The network that uses the cells is drawn above them.

            Example:
              gtn-nas space draw fashion -o cell.svg \\
                --architecture conv3x3.skip,none.avg3x3,sep3x3,max3x3
            """)

    @OptionGroup var options: SpaceOptions

    @Option(help: ScoreSubjectOptions.architectureHelp) var architecture: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The SVG file to write.", valueName: "file.svg")) var output: String

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        try OutputFile.check(output)
        let space = try options.space()
        let picture = ArchitecturePicture.svg(of: try space.architecture(architecture), in: space)
        try OutputFile.write(picture, to: output, command: "space draw", json: json)
    }
}
