import Basics
import Testing

@testable import SearchSpace

/// Checks rows of the published NAS-Bench-201 tables: a cell, its parameters and its multiply-accumulates on CIFAR-10.
@Suite struct CostTests {
    static let rows: [(String, Int, Int)] = [
        ("|nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|avg_pool_3x3~0|avg_pool_3x3~1|nor_conv_3x3~2|", 802426, 113951370),
        ("|none~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|nor_conv_3x3~2|", 372346, 51036810),
        ("|skip_connect~0|+|skip_connect~0|nor_conv_1x1~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|", 129306, 15647370),
        ("|nor_conv_3x3~0|+|nor_conv_1x1~0|nor_conv_1x1~1|+|none~0|nor_conv_3x3~1|avg_pool_3x3~2|", 615386, 86426250),
        ("|none~0|+|nor_conv_1x1~0|skip_connect~1|+|none~0|avg_pool_3x3~1|avg_pool_3x3~2|", 101306, 11715210),
        ("|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|avg_pool_3x3~2|", 559386, 78561930),
        ("|skip_connect~0|+|none~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_1x1~2|", 830426, 117883530),
        ("|nor_conv_1x1~0|+|nor_conv_1x1~0|nor_conv_3x3~1|+|none~0|nor_conv_1x1~1|none~2|", 400346, 54968970),
        ("|none~0|+|none~0|avg_pool_3x3~1|+|avg_pool_3x3~0|avg_pool_3x3~1|nor_conv_3x3~2|", 316346, 43172490),
        ("|nor_conv_3x3~0|+|nor_conv_1x1~0|none~1|+|nor_conv_3x3~0|avg_pool_3x3~1|skip_connect~2|", 587386, 82494090),
    ]

    @Test(arguments: rows.indices) func matchesThePublishedNumbers(_ index: Int) throws {
        let (text, parameters, macs) = Self.rows[index]
        let space = try Shipped.space("nas-bench-201")
        let architecture = try space.architecture(text)
        let cost = space.graph(of: architecture).cost
        #expect(cost.parameters == parameters)
        #expect(cost.macs == macs)
        #expect(space.foreignNotation(of: architecture) == text)
        #expect(try space.architecture(space.notation(of: architecture)) == architecture)
    }

    /// The totals computed without the simplified network are those of the simplified network.
    @Test(arguments: Shipped.names) func totalsAreThoseOfTheSimplifiedNetwork(_ name: String) throws {
        let space = try Shipped.space(name)
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<40 {
            let architecture = space.sample(using: &generator)
            let (totals, graph) = (space.totals(of: architecture), space.canonicalGraph(of: architecture))
            #expect(totals.parameters == graph.cost.parameters)
            #expect(totals.macs == graph.cost.macs)
            #expect(space.peakActivationBytes(of: architecture) == graph.cost.peakActivationBytes)
        }
    }

    /// By hand: an image of 3 × 8 × 8 numbers has 768 bytes, a map of 4 × 8 × 8 has 1024 bytes.
    @Test func memoryAndDepth() throws {
        let space = try LanguageTests.network("conv 1x1 -> 4 > (identity + (conv 3x3 > norm))", ops: "")
        let cost = space.graph(of: try space.architecture("")).cost
        #expect(cost.layers.map(\.name) == ["conv", "identity", "conv2", "norm", "sum", "global-avg-pool", "linear"])
        #expect(cost.layers.map(\.depth) == [1, 1, 2, 2, 2, 2, 3])
        #expect(cost.depth == 3)
        // The identity's output is its input. 4 means and 2 logits have 4 bytes each.
        #expect(cost.layers.map(\.activationBytes) == [1024, 0, 1024, 1024, 1024, 16, 8])
        #expect(cost.activationBytes == 4 * 1024 + 16 + 8)
        // The first convolution's output is kept until the sum: three maps at the norm and at the sum.
        #expect(cost.peakActivationBytes == 3 * 1024)
    }

    /// Norms have a scale and a shift for each channel. Their operations are not counted.
    @Test(arguments: ["norm", "group-norm 2", "group-norm in"]) func norms(_ layer: String) throws {
        let space = try LanguageTests.network("conv 1x1 -> 4 > \(layer)", ops: "")
        let cost = space.graph(of: try space.architecture("")).cost.layers[1]
        #expect(cost.parameters == 8)
        #expect(cost.macs == 0)
        #expect(cost.depth == 1)
    }

    /// Unread outputs are released at once.
    @Test func aDeadBranchIsReleasedAtOnce() throws {
        let space = try LanguageTests.cell("y = any(x)\nz = x > relu\nreturn (first: z > relu | second: y + z)", ops: "")
        let dead = space.graph(of: try space.architecture("b.first")).cost
        let live = space.graph(of: try space.architecture("b.second")).cost
        #expect(dead.peakActivationBytes == 2 * 1024)
        #expect(live.peakActivationBytes == 3 * 1024)
    }
}
