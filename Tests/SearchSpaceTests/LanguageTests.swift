import Basics
import BigInt
import Testing

@testable import SearchSpace

/// The features of the language, each in a minimal space.
@Suite struct LanguageTests {
    /// A space with one cell `c` that has one input, on maps of 4 × 8 × 8.
    static func cell(_ statements: String, ops: String = "", inputs: String = "x", more: String = "") throws -> SearchSpace {
        try SearchSpace.parse(
            """
            space t
            image 3x8x8
            classes 2
            op any = a: relu | b: conv 3x3
            \(ops)
            cell c(\(inputs)) {
              \(statements)
            }
            network { conv 1x1 -> 4 > c > global-avg-pool > linear classes }
            \(more)
            """, file: "t")
    }

    static func network(_ text: String, ops: String = "", more: String = "") throws -> SearchSpace {
        try SearchSpace.parse(
            "space t\nimage 3x8x8\nclasses 2\n\(ops)\nnetwork {\n\(text)\nglobal-avg-pool > linear classes\n}\n\(more)\n", file: "t")
    }

    private func layers(_ space: SearchSpace, _ notation: String) throws -> [String] {
        let graph = space.canonicalGraph(of: try space.architecture(notation))
        return graph.nodes.dropFirst().map { node in "\(node.name)(\(node.inputs.map { graph.nodes[$0].name }.joined(separator: ",")))" }
    }

    // MARK: Choosing several

    @Test func chooseCountsSubsets() throws {
        // Three ways to choose two of three edges, with two operations on each: 3 · 2².
        let space = try Self.cell("y = x > tanh\nz = x > gelu\nreturn choose 2 of any(x) | any(y) | any(z)")
        #expect(try space.architectureCount() == 12)
        #expect(Set(space.architectures().map(space.notation(of:))).count == 12)
    }

    @Test func chosenEdgesAreSummedAndNamedAfterTheirSources() throws {
        let space = try Self.cell("y = x > tanh\nz = x > gelu\nreturn choose 2 of any(x) | any(y) | any(z)")
        #expect(
            try layers(space, "x-z:a:b") == [
                "conv(image)", "c/z/from-x/gelu(conv)", "c/return/from-x/relu(conv)", "c/return/from-z/conv(c/z/from-x/gelu)",
                "c/return/sum(c/return/from-x/relu,c/return/from-z/conv)", "global-avg-pool(c/return/sum)", "linear(global-avg-pool)",
            ])
    }

    @Test func choosingAllAlternativesIsNotAChoice() throws {
        #expect(try Self.cell("return choose 2 of (x > relu) | (x > tanh)").architectureCount() == 1)
    }

    @Test func anOperationChoosesAmongValues() throws {
        let space = try Self.cell("y = x > tanh\nreturn any(x | y) + any(x | y)")
        // Each of two terms chooses one of two values and one of two operations.
        #expect(try space.architectureCount() == 16)
        #expect(space.notation(of: try space.architecture("x,a,y,b")) == "x,a,y,b")
    }

    // MARK: Loose ends

    @Test func unreadValuesAreConcatenated() throws {
        let space = try Self.cell("y = any(x)\nz = any(x | y)\nreturn concat(loose) > conv 1x1 -> 4")
        func width(_ notation: String) throws -> Int {
            let graph = space.graph(of: try space.architecture(notation))
            guard case .convolution(let inputs, _, _, _, _, _, _)? = graph.nodes.last(where: { $0.name.hasPrefix("c/return") })?.layer
            else { return 0 }
            return inputs
        }
        #expect(try width("a.x,a") == 8)
        // z reads y, so only z is loose.
        #expect(try width("a.y,a") == 4)
        #expect(space.hash(of: try space.architecture("a.x,a")) != space.hash(of: try space.architecture("a.y,a")))
    }

    @Test func looseEndsMustGiveOneShape() {
        #expect { try Self.cell("y = any(x)\nz = any(x | y)\nreturn concat(loose)") } throws: {
            "\($0)".contains("`c` gives 4×8×8 with one loose end and 8×8×8 with 2")
        }
    }

    // MARK: Arguments

    @Test func aChoiceOfNumbersIsMadeOncePerUse() throws {
        let space = try Self.network("f(4 | 8) > f(2 | 4)", ops: "op f(n) = conv 1x1 -> n > conv 3x3 -> n")
        #expect(try space.architectureCount() == 4)
        let graph = space.graph(of: try space.architecture("8,2"))
        #expect(graph.nodes.map(\.output.channels) == [3, 8, 8, 2, 2, 2, 2])
    }

    @Test func layersCanChooseWindowAndWidth() throws {
        let space = try Self.network("conv (3x3 | 5x5) -> (4 | 8 | 16)")
        #expect(try space.architectureCount() == 6)
        let cost = space.graph(of: try space.architecture("5x5:8")).cost
        #expect(cost.parameters == 3 * 8 * 25 + 8 * 2 + 2)
    }

    @Test func anOperationCanBeAnArgument() throws {
        let space = try Self.network("residual(relu > conv 3x3) > residual(f)", ops: "op f = tanh | gelu\nop residual(g) = identity + g")
        #expect(try space.architectureCount() == 2)
        #expect(try layers(space, "gelu").contains { $0.hasPrefix("residual2/gelu(residual/sum") })
    }

    // MARK: Layers

    @Test func matchReducesTheFirstInputToTheSizeOfTheLast() throws {
        let space = try SearchSpace.parse(
            """
            space t image 3x7x7 classes 2
            cell half(x) { return x > conv 3x3 stride 2 }
            cell join(x, y) { return (x > conv 1x1 stride match -> 3) + y }
            network { half > join > global-avg-pool > linear classes }
            """, file: "t")
        let graph = space.graph(of: try space.architecture(""))
        let node = try #require(graph.nodes.first { $0.name == "join/return/from-x/conv" })
        #expect(node.output == FeatureShape(3, 4, 4))
        #expect(node.inputs == [0])
    }

    @Test func squeezeAndExcitation() throws {
        // Hu, Shen and Sun (CVPR 2018): each channel is multiplied by s = σ(W₂ relu(W₁ mean(x))), here 8 → 2 → 8 with biases.
        let space = try Self.network("conv 1x1 -> 8 > squeeze-excite 4")
        let graph = space.graph(of: try space.architecture(""))
        let own = graph.nodes.filter { $0.name.hasPrefix("squeeze-excite/") }
        #expect(own.map { String($0.name.dropFirst(15)) } == ["pool", "squeeze", "relu", "excite", "sigmoid", "scale"])
        let parameters = own.map { $0.layer.cost($0.output).parameters }
        #expect(parameters == [0, 8 * 2 + 2, 0, 2 * 8 + 8, 0, 0])
        #expect(own.last?.output == FeatureShape(8, 8, 8))
        #expect(own.last?.inputs.map { graph.nodes[$0].name } == ["conv", "squeeze-excite/sigmoid"])
    }

    /// The number of groups can be a choice. Each group norm is a separate instance, and a group norm of zero is zero.
    @Test func groupNorm() throws {
        let space = try Self.cell("return (x > group-norm (1 | 2 | in)) + (x > any > group-norm in) + (x > zero > group-norm 2)")
        #expect(space.unrestrictedCount == 6)
        #expect(space.formatted().contains("group-norm (1 | 2 | in)"))
        var hashes: Set<String> = []
        for architecture in space.architectures() {
            hashes.insert(space.hash(of: architecture))
            let groups = space.canonicalGraph(of: architecture).nodes.compactMap {
                if case .groupNorm(channels: 4, let groups) = $0.layer { groups } else { nil }
            }
            #expect(groups.count == 2 && [1, 2, 4].contains(groups[0]) && groups[1] == 4)
            var random = SeededGenerator(seed: 1)
            #expect(space.mutated(architecture, using: &random) != architecture)
        }
        #expect(hashes.count == 6)
    }

    /// A window of 5 on a side of 8 gives (8 + 2p − 5) / s + 1.
    @Test(arguments: [
        ("conv 5x5", 8), ("conv 5x5 padding 0", 4), ("conv 5x5 padding 4", 12), ("max-pool 5x5 stride 3 padding 1", 2),
        ("avg-pool 2x2 padding 1", 9),
    ])
    func paddingSetsTheSize(layer: String, side: Int) throws {
        let space = try Self.network(layer)
        #expect(space.graph(of: try space.architecture("")).nodes[1].output == FeatureShape(3, side, side))
        #expect(space.formatted().contains(layer))
    }

    @Test func biasAndFlatten() throws {
        let space = try SearchSpace.parse(
            "space t image 3x4x5 classes 2 network { bias > flatten > linear 6 > relu > linear classes }", file: "t")
        let cost = space.graph(of: try space.architecture("")).cost
        #expect(cost.parameters == 3 + (60 * 6 + 6) + (6 * 2 + 2))
        #expect(cost.macs == (60 * 6 + 6) + (6 * 2 + 2))
        #expect(
            cost.layers.map(\.output) == [
                FeatureShape(3, 4, 5), FeatureShape(60, 1, 1), FeatureShape(6, 1, 1), FeatureShape(6, 1, 1), FeatureShape(2, 1, 1),
            ])
    }

    @Test func eachBiasIsASeparateInstance() throws {
        let space = try Self.network("bias + bias")
        #expect(try layers(space, "").count { $0.hasPrefix("bias") } == 2)
    }

    @Test func aScaledZeroIsZero() throws {
        let space = try Self.network("identity + (zero > squeeze-excite 2 > drop-path 0.2)")
        #expect(try layers(space, "") == ["global-avg-pool(image)", "linear(global-avg-pool)"])
    }

    @Test func eachDropPathIsASeparateInstance() throws {
        let space = try Self.network("(relu > drop-path 0.2) + (relu > drop-path 0.2)")
        #expect(try layers(space, "").count { $0.hasPrefix("drop-path") } == 2)
    }

    // MARK: Different shapes

    @Test func alternativesMayDifferInShapeIfWhatFollowsAcceptsAll() throws {
        let space = try Self.network("(a: conv 3x3 stride 2 -> 4 | b: conv 3x3 -> 8) > norm")
        #expect(space.graph(of: try space.architecture("a")).nodes[2].output == FeatureShape(4, 4, 4))
        #expect(space.graph(of: try space.architecture("b")).nodes[2].output == FeatureShape(8, 8, 8))
    }

    @Test func everyAlternativeIsCheckedAgainstWhatFollows() {
        #expect { try Self.network("(a: conv 3x3 -> 4 | b: conv 3x3 -> 6) > conv 3x3 groups 4 -> 8") } throws: {
            "\($0)".contains("6 inputs and 8 outputs cannot be split into 4 groups")
        }
    }

    // MARK: Files

    @Test func includesAnotherFile() throws {
        let files = ["ops": "include more\nop f = g | tanh\nop unused = relu", "more": "op g = relu"]
        let space = try SearchSpace.parse(
            "space t include ops\nimage 1x8x8 classes 2\nnetwork { f > global-avg-pool > linear classes }", file: "t"
        ) { name in
            files[name].map { ($0, "\(name).ops") }
        }
        #expect(space.architectures().map(space.notation(of:)) == ["g", "tanh"])
        #expect(space.warnings.isEmpty)
        #expect(space.formatted().contains("include ops"))
    }

    @Test func theContentHashCoversIncludedFiles() throws {
        func hash(_ op: String) throws -> String {
            try SearchSpace.parse("space t include ops\nimage 1x8x8 classes 2\nnetwork { f > global-avg-pool > linear classes }", file: "t")
            { _ in (op, "ops.ops") }.contentHash
        }
        #expect(try hash("op f = relu") != hash("op f = tanh"))
        #expect(try hash("op f = relu") == hash("# the same\nop f = relu"))
    }

    @Test func errorsInIncludedFilesAreReportedThere() {
        #expect {
            try SearchSpace.parse("space t include ops\nimage 1x8x8 classes 2\nnetwork { f > global-avg-pool > linear classes }", file: "t")
            { _ in
                ("op f = relu >\n  tanj", "ops.ops")
            }
        } throws: {
            "\($0)" == "ops.ops:2:3: error: unknown operation `tanj`\n    tanj\n    ^^^^\n  did you mean `tanh`?"
        }
    }
}
