import Testing

@testable import SearchSpace

struct LayerGraphBlocksTests {
    private func boundaries(_ network: String) throws -> [String] {
        let space = try SearchSpace.parse("space s\nimage 3x8x8\nclasses 10\nnetwork { \(network) }", file: "s.space")
        let graph = space.canonicalGraph(of: try space.architecture(""))
        return graph.blockBoundaries.map { graph.nodes[$0].name }
    }

    @Test func aBlockEndsBeforeTheNextWeights() throws {
        let found = try boundaries(
            """
            a: (conv 3x3 -> 4 > norm > relu)
            b: (conv 3x3 stride 2 > norm > relu > max-pool 2x2 stride 2)
            global-avg-pool > linear classes
            """
        )
        #expect(found == ["a/relu", "b/max-pool"])
    }

    @Test func branchesBelongToOneBlock() throws {
        let found = try boundaries(
            """
            a: (conv 3x3 -> 4 > norm)
            b: (identity + (relu > conv 3x3 > norm) + (relu > conv 1x1 > norm))
            global-avg-pool > linear classes
            """
        )
        #expect(found.count == 2 && found[0] == "a/norm")
    }

    @Test func aSkipAcrossTheNetworkLeavesNoBoundary() throws {
        let found = try boundaries("(conv 3x3 -> 4 > norm > relu > conv 3x3 > norm) + (conv 1x1 -> 4)\n global-avg-pool > linear classes")
        #expect(found.count == 1)
    }

    @Test func theHeadHasNoBoundaries() throws {
        #expect(try boundaries("a: (conv 3x3 -> 4 > norm)\n flatten > linear 20 > relu > linear classes") == ["a/norm"])
    }
}
