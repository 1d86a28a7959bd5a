import Basics
import ArgumentParser
import Foundation
import SearchSpace

struct SpaceSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draws architectures at random, each with the same probability.",
        discussion: """
            The draws are independent: in a small space the same architecture may come twice. Architectures of one hash are the same \
            function.

            Example:
              gtn-nas space sample SearchSpaces/fashion.space -n 5 --seed 1
            """)

    static let most = 1_000_000

    @OptionGroup var options: SpaceOptions

    @Option(name: [.customShort("n"), .customLong("number")], help: "How many.")
    var number = 10

    @Option(help: "Seed of the draws.")
    var seed: UInt64 = 0

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        guard (1...Self.most).contains(number) else { throw InputRefusal("-n \(number): expected a number from 1 to \(Self.most)") }
        let space = try options.space()
        var generator = SeededGenerator(seed: seed)
        let drawn = (0..<number).map { _ in
            let architecture = space.sample(using: &generator)
            return (notation: space.notation(of: architecture), hash: space.hash(of: architecture))
        }
        if json {
            try Console.json("space sample", ["architectures": drawn.map { ["architecture": $0.notation, "hash": $0.hash] }])
            return
        }
        var table = TextTable([.left, .left])
        for architecture in drawn { table.add(architecture.notation, architecture.hash) }
        table.print()
    }
}

struct SpaceDescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Shows what one architecture costs, layer by layer.",
        discussion: """
            Layers, parameters, multiply-accumulates (of the convolutions and the classifier) and memory are those of the architecture as \
            written, dead branches included, for one image. The hash is of its canonical form, which has none: architectures of one hash \
            are the same function. Memory is in bytes of single precision: each layer's output, which training keeps; the peak is what \
            inference needs at one time. Depth counts the convolutions and linear layers on the longest way from the image.

            Example:
              gtn-nas space describe SearchSpaces/nas-bench-201.space --architecture \
            '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|'
            """)

    @OptionGroup var options: SpaceOptions

    @Option(help: ArgumentHelp("The architecture, in the space's own notation or the foreign one it declares.", valueName: "a"))
    var architecture: String

    @Flag(help: "Print one JSON object on stdout and nothing else there.")
    var json = false

    func run() throws {
        let space = try options.space()
        let chosen = try space.architecture(architecture)
        let cost = space.graph(of: chosen).cost
        if json {
            try Console.json(
                "space describe",
                [
                    "architecture": architecture, "canonical": space.notation(of: chosen),
                    "canonical_form": space.canonicalText(of: chosen),
                    "hash": space.hash(of: chosen), "parameters": cost.parameters, "macs": cost.macs,
                    "activation_bytes": cost.activationBytes, "peak_activation_bytes": cost.peakActivationBytes, "depth": cost.depth,
                    "layers": cost.layers.map { layer in
                        [
                            "name": layer.name, "output": [layer.output.channels, layer.output.height, layer.output.width],
                            "parameters": layer.parameters, "macs": layer.macs, "activation_bytes": layer.activationBytes,
                            "depth": layer.depth,
                        ] as [String: Any]
                    },
                ])
            return
        }
        var facts = TextTable([.left, .left])
        facts.add("architecture", architecture)
        facts.add("canonical", space.notation(of: chosen))
        facts.add("hash", space.hash(of: chosen))
        facts.add("peak memory", "\(cost.peakActivationBytes) bytes")
        facts.print()
        Swift.print()
        var layers = TextTable([.left, .right, .right, .right, .right, .right])
        layers.add("layer", "output", "parameters", "MACs", "bytes", "depth")
        for layer in cost.layers {
            layers.add(layer.name, "\(layer.output)", "\(layer.parameters)", "\(layer.macs)", "\(layer.activationBytes)", "\(layer.depth)")
        }
        layers.add("total", "", "\(cost.parameters)", "\(cost.macs)", "\(cost.activationBytes)", "\(cost.depth)")
        layers.print()
    }
}
