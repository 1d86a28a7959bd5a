import Testing

@testable import SearchSpace

@Suite struct SearchSpaceTests {
    @Test(arguments: [("nas-bench-201", 15_625), ("fashion", 117_649)]) func counts(_ name: String, _ count: Int) throws {
        #expect(try Shipped.space(name).architectureCount() == .init(count))
    }

    @Test func countsDistinctFunctions() throws {
        #expect(try Shipped.space("nas-bench-201").distinctCount() == 5260)
    }

    @Test func enumeratesEachArchitectureOnce() throws {
        let all = Array(try Shipped.space("nas-bench-201").architectures())
        #expect(all.count == 15_625)
        #expect(Set(all).count == 15_625)
    }

    @Test(arguments: Shipped.names, 0..<10 as Range<UInt64>) func samplesAreBuildable(_ name: String, _ seed: UInt64) throws {
        let space = try Shipped.space(name)
        var generator = SeededGenerator(seed: seed)
        let architecture = space.sample(using: &generator)
        #expect(try space.architecture(space.notation(of: architecture)) == architecture)
        for graph in [space.graph(of: architecture), space.canonicalGraph(of: architecture)] {
            #expect(graph.nodes[graph.output].output == FeatureShape(10, 1, 1))
            #expect(graph.nodes[0].layer == .input)
            #expect(Set(graph.nodes.map(\.name)).count == graph.nodes.count)
            for (index, node) in graph.nodes.enumerated() { #expect(node.inputs.allSatisfy { $0 < index }) }
        }
    }

    @Test func hashIgnoresWidthAndImage() throws {
        let space = try Shipped.space("fashion")
        let wide = try space.with(settings: [("channels", "32"), ("cells", "3")]).with(image: FeatureShape(3, 32, 32), classes: 100)
        let architecture = try space.architecture("conv3x3.none,skip.skip,sep3x3,max3x3")
        #expect(space.hash(of: architecture) == wide.hash(of: architecture))
        #expect(wide.graph(of: architecture).classes == 100)
    }

    @Test func learnersTakeTheirWidths() throws {
        let space = try Shipped.space("fashion")
        var generator = SeededGenerator(seed: 3)
        let widths = Set(try (0..<50).map { _ in try space.withRandomLearnerSettings(using: &generator).settings[0].value })
        #expect(widths == [8, 12])
    }

    @Test func anEmptyCellIsStillANetwork() throws {
        let space = try Shipped.space("fashion")
        let graph = space.canonicalGraph(of: try space.architecture("none.none,none.none,none,none"))
        #expect(graph.nodes.map(\.layer) == [.input, .zero, .linear(inputs: 16, outputs: 10)])
    }

    @Test func samplingIsUniform() throws {
        let space = try SearchSpace.parse(
            "space t image 1x8x8 classes 2 op inner = relu | tanh | gelu\nop any = a: inner | b: swish\nnetwork { any > global-avg-pool > linear classes }", file: "t")
        var generator = SeededGenerator(seed: 1)
        var counts: [String: Int] = [:]
        for _ in 0..<4000 { counts[space.notation(of: space.sample(using: &generator)), default: 0] += 1 }
        #expect(counts.keys.sorted() == ["a:gelu", "a:relu", "a:tanh", "b"])
        #expect(counts.values.allSatisfy { (880...1120).contains($0) })
    }

    @Test func refusesUnknownSettings() throws {
        let space = try Shipped.space("fashion")
        #expect { try space.with(settings: [("chanels", "8")]) } throws: { "\($0)" == "the space fashion has no setting `chanels`; did you mean `channels`?" }
        #expect { try space.with(settings: [("channels", "wide")]) } throws: { "\($0)" == "the setting `channels` takes a whole number, not `wide`" }
    }

    @Test func pointsAtTheMistakeInANotation() throws {
        let space = try Shipped.space("fashion")
        #expect(throws: NotationError.self) { try space.architecture("conv3x3.none,skp.skip,sep3x3,max3x3") }
        do { _ = try space.architecture("conv3x3.none,skp.skip,sep3x3,max3x3") } catch let error as NotationError {
            #expect(error.column == 14)
            #expect(error.suggestion == "skip")
        }
    }
}
