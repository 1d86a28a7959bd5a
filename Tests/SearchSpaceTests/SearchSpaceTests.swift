import Basics
import BigInt
import Testing

@testable import SearchSpace

@Suite struct SearchSpaceTests {
    /// The reference page of the language derives each number.
    @Test(arguments: [
        ("nas-bench-201", "15625"), ("fashion", "117649"), ("nas-bench-macro", "6561"), ("darts", "1076746950455072400"),
        ("enas-micro", "180793864878183473986263490560000"), ("nasnet", "5107366597713630212832188866560000"),
    ])
    func counts(_ name: String, _ count: String) throws {
        #expect(try Shipped.space(name).architectureCount() == BigInt(count)!)
    }

    @Test func dartsIsTheSquareOfItsCells() throws {
        #expect(try Shipped.space("darts").architectureCount() == BigInt(1_037_664_180).power(2))
    }

    /// Each of four stages has two widths, eight first blocks and 1 + 8 + 8² continuations. The bound on parameters cannot be counted.
    @Test func mobileIsCountedWithoutItsBound() throws {
        let space = try Shipped.space("mobile")
        #expect(space.unrestrictedCount == BigInt(16 * 73).power(4))
        #expect(throws: EnumerationError.self) { try space.architectureCount() }
    }

    @Test func countsDistinctFunctions() throws {
        #expect(try Shipped.space("nas-bench-201").distinctCount() == 5260)
    }

    @Test func enumeratesEachArchitectureOnce() throws {
        let all = Array(try Shipped.space("nas-bench-201").architectures())
        #expect(all.count == 15_625)
        #expect(Set(all).count == 15_625)
    }

    /// Enumeration creates only the requested architectures. Creating all would never end.
    @Test func enumerationIsLazy() throws {
        let space = try Shipped.space("nasnet")
        let first = Array(space.architectures().prefix(1_000))
        #expect(Set(first).count == 1_000)
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

    @Test func learnersDrawTheirWidths() throws {
        let space = try Shipped.space("fashion")
        var generator = SeededGenerator(seed: 3)
        let widths = Set(try (0..<50).map { _ in try space.withRandomLearnerSettings(using: &generator).settings[0].value })
        #expect(widths == [8, 12])
    }

    @Test func anEmptyCellGivesAValidNetwork() throws {
        let space = try Shipped.space("fashion")
        let graph = space.canonicalGraph(of: try space.architecture("none.none,none.none,none,none"))
        #expect(graph.nodes.map(\.layer) == [.input, .zero, .linear(inputs: 16, outputs: 10)])
    }

    /// Pearson's chi-square over all architectures. Its mean is their number minus one, its variance twice that.
    private func chiSquare(_ space: SearchSpace, draws: Int, seed: UInt64) throws -> (value: Double, mean: Double) {
        let architectures = Int(try space.architectureCount())
        var generator = SeededGenerator(seed: seed)
        var counts: [Architecture: Int] = [:]
        for _ in 0..<draws { counts[space.sample(using: &generator), default: 0] += 1 }
        #expect(counts.count <= architectures)
        let expected = Double(draws) / Double(architectures)
        let seen = counts.values.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        return (seen + Double(architectures - counts.count) * expected, Double(architectures - 1))
    }

    @Test func samplingIsUniform() throws {
        let (value, mean) = try chiSquare(Shipped.space("nas-bench-201"), draws: 100_000, seed: 1)
        // Four standard deviations.
        #expect(abs(value - mean) < 4 * (2 * mean).squareRoot())
    }

    /// Sampling is uniform over architectures, not over paths: the frequency of an alternative is proportional to the number of
    /// architectures inside it, even if that is large.
    @Test func samplingIsUniformForAlternativesOfDifferentSize() throws {
        let small = "op inner = relu | tanh | gelu\nop any = a: inner | b: swish"
        let (value, mean) = try chiSquare(LanguageTests.network("any > any", ops: small), draws: 16_000, seed: 2)
        #expect(abs(value - mean) < 4 * (2 * mean).squareRoot())
        // 2⁶⁴ architectures inside the first alternative, as many inside the second, and 2⁶³ inside the third.
        let large = try LanguageTests.network("(a: 64 * f | b: 64 * f | c: 63 * f)", ops: "op f = relu | tanh")
        var generator = SeededGenerator(seed: 3)
        var counts: [Character: Int] = [:]
        for _ in 0..<5_000 { counts[large.notation(of: large.sample(using: &generator)).first!, default: 0] += 1 }
        for (label, mean) in [("a", 2_000), ("b", 2_000), ("c", 1_000)] as [(Character, Int)] {
            #expect(abs(counts[label, default: 0] - mean) < 140)
        }
    }

    @Test func refusesUnknownSettings() throws {
        let space = try Shipped.space("fashion")
        #expect { try space.with(settings: [("chanels", "8")]) } throws: {
            "\($0)" == "the space fashion has no setting `chanels`; did you mean `channels`?"
        }
        #expect { try space.with(settings: [("channels", "wide")]) } throws: {
            "\($0)" == "the setting `channels` takes a whole number, not `wide`"
        }
    }

    @Test func reportsThePlaceOfAnErrorInANotation() throws {
        let space = try Shipped.space("fashion")
        #expect(throws: NotationError.self) { try space.architecture("conv3x3.none,skp.skip,sep3x3,max3x3") }
        do { _ = try space.architecture("conv3x3.none,skp.skip,sep3x3,max3x3") } catch let error as NotationError {
            #expect(error.column == 14)
            #expect(error.suggestion == "skip")
        }
    }
}
