import Basics
import ArgumentParser
import Foundation
import Search
import SearchSpace

struct SpaceSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Samples architectures uniformly at random.",
        discussion: """
            Samples are independent, so a small space may repeat one. Architectures of the same hash compute the same function. With \
            limits, samples are uniform over the architectures within them, or about uniform if fewer than one in a hundred is.

            Example:
              gtn-nas space sample fashion -n 5 --seed 1
            """)

    static let most = 1_000_000

    @OptionGroup var options: SpaceOptions

    @Option(name: [.customShort("n"), .customLong("number")], help: ArgumentHelp("Number of samples.", valueName: "count")) var number = 10

    @Option(help: "Random seed.") var seed: UInt64 = 0

    @OptionGroup var limits: LimitOptions

    @Flag(help: OutputOptions.jsonHelp) var json = false

    func run() throws {
        guard (1...Self.most).contains(number) else { throw InputRefusal("-n \(number): expected a number from 1 to \(Self.most)") }
        let space = try options.space()
        var generator = SeededGenerator(seed: seed)
        let draw = try limits.computable.isEmpty ? nil : LimitedDraw(space, within: limits.computable)
        let drawn = try (0..<number).map { _ in
            try draw.flatMap { try $0(using: &generator) } ?? space.candidate(space.sample(using: &generator))
        }
        if json {
            let rows = drawn.map {
                [
                    "architecture": $0.architecture, "hash": $0.hash, "parameters": $0.parameters, "macs": $0.macs,
                    "memory": $0.memory as Any,
                ]
            }
            try Console.json("space sample", ["architectures": rows])
            return
        }
        var table = TextTable([.left, .left])
        for candidate in drawn { table.add(candidate.architecture, candidate.hash) }
        table.print()
    }
}

struct SpaceDescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Prints the cost of one architecture, layer by layer.",
        discussion: """
            Costs are for one image and for the architecture as written, including dead branches:
              MACs   multiply-accumulates of convolutions and linear layers
              bytes  float32 output of a layer; training keeps the sum of all, inference needs at most the peak
              depth  convolutions and linear layers on the longest path from the image
            The hash covers the canonical form, without dead branches.

            Example:
              gtn-nas space describe fashion \\
                --architecture conv3x3.skip,conv1x1.none,none,max3x3
            """)

    @OptionGroup var options: SpaceOptions

    @Option(help: ScoreSubjectOptions.architectureHelp) var architecture: String

    @Flag(help: OutputOptions.jsonHelp) var json = false

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
