import ArgumentParser
import Foundation
import Reports
import SearchSpace

struct SpaceDrawCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draws the cells of one architecture as an SVG picture.",
        discussion: """
            Each cell is drawn as the file writes it, dead branches included: inputs and output dark, values round, operations as boxes \
            colored by kind; a value is the sum of what enters it. Above the cells stands the network that uses them.

            Example:
              gtn-nas space draw SearchSpaces/fashion.space --architecture conv3x3.skip,none.avg3x3,sep3x3,max3x3 -o cell.svg
            """)

    @OptionGroup var options: SpaceOptions

    @Option(help: ArgumentHelp("The architecture, in the space's own notation or the foreign one it declares.", valueName: "a"))
    var architecture: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The picture's file.", valueName: "file.svg"))
    var output: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        try OutputFile.check(output)
        let space = try options.space()
        let picture = ArchitecturePicture.svg(of: try space.architecture(architecture), in: space)
        try OutputFile.write(picture, to: output, command: "space draw", json: json)
    }
}
