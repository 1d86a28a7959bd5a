import Basics
import Testing

@testable import SearchSpace

@Suite struct ForeignNotationTests {
    /// The cell found in the DARTS paper with second-order gradients, copied from its code.
    private static let dartsV2 = """
        Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 1), \
        ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], normal_concat=[2, 3, 4, 5], reduce=[('max_pool_3x3', 0), \
        ('max_pool_3x3', 1), ('skip_connect', 2), ('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), \
        ('max_pool_3x3', 1)], reduce_concat=[2, 3, 4, 5])
        """

    @Test func readsAGenotypeInAnyOrderOfItsEdges() throws {
        let space = try Shipped.space("darts")
        let architecture = try space.architecture(Self.dartsV2)
        #expect(
            space.notation(of: architecture)
                == "normal=s0-s1:sep_conv_3x3:sep_conv_3x3.s0-s1:sep_conv_3x3:sep_conv_3x3.s0-s1:skip_connect:sep_conv_3"
                + "x3.s0-s2:skip_connect:dil_conv_3x3"
                + "+reduce=s0-s1:max_pool_3x3:max_pool_3x3.s1-s2:max_pool_3x3:skip_connect.s0-s2:max_pool_3x3:skip_conn"
                + "ect.s1-s2:max_pool_3x3:skip_connect"
        )
        let written = try #require(space.foreignNotation(of: architecture))
        #expect(try space.architecture(written) == architecture)
        #expect(written.hasSuffix("('max_pool_3x3', 1), ('skip_connect', 2)], reduce_concat=range(2, 6))"))
    }

    /// The paper reports 3.3 million parameters for this cell at 36 channels and 20 layers, without the auxiliary head. Its code has 3.35
    /// million, because batch norms on some pools and skips are learned.
    @Test func aPublishedCellHasAboutThePublishedParameters() throws {
        let space = try Shipped.space("darts").with(settings: [("channels", "36"), ("cells", "6")])
        let parameters = space.graph(of: try space.architecture(Self.dartsV2)).cost.parameters
        #expect((3_200_000...3_400_000).contains(parameters))
    }

    @Test func readsAndWritesDigits() throws {
        let space = try Shipped.space("nas-bench-macro")
        let architecture = try space.architecture("01220110")
        #expect(space.foreignNotation(of: architecture) == "01220110")
        #expect(space.notation(of: architecture) == "id.ir_3x3_t3.ir_5x5_t6.ir_5x5_t6.id.ir_3x3_t3.ir_3x3_t3.id")
    }

    /// Parameters and multiply-accumulates as published, for networks of the benchmark. It counts a network's weights and biases alike, and
    /// no multiply-accumulates of the pooling.
    @Test(arguments: [
        ("c3w12s2 c3w16s2 c1w16s1 c1w40s1", "first-c3w12s2.second-c3w16s2.c1w16s1.c1w40s1", 3_526),
        ("c3w12s2 c3w24s2 c3w24s1r c1w40s1", "first-c3w12s2.second-c3w24s2.c3s1r.c1w40s1", 9_670),
        ("c3w12s2 c3w24s2 c3w32s2 c3w32s1r", "first-c3w12s2.second-c3w24s2.c3w32s2.c3s1r", 19_574),
        ("c3w16s2 c3w24s2 c1w32s1", "first-c3w16s2.second-c3w24s2.c1w32s1.none", nil),
    ]) func readsAndWritesLayers(_ layers: String, _ notation: String, _ parameters: Int?) throws {
        let space = try Shipped.space("naap-440")
        let architecture = try space.architecture(layers)
        #expect(space.foreignNotation(of: architecture) == layers && space.notation(of: architecture) == notation)
        if let parameters { #expect(space.totals(of: architecture).parameters == parameters) }
    }

    @Test(arguments: ["darts", "nas-bench-macro", "nas-bench-201", "naap-440"]) func roundTripsThroughItsNotation(_ name: String) throws {
        let space = try Shipped.space(name)
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<200 {
            let architecture = space.sample(using: &generator)
            #expect(try space.architecture(#require(space.foreignNotation(of: architecture))) == architecture)
        }
    }

    @Test(arguments: [
        ("darts", "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 0)", "expected `1`, found `0` at character 56"),
        ("darts", "Genotype(normal=[('sep_conv_3x4', 0)", "did you mean `sep_conv_3x3`?"),
        ("nas-bench-macro", "0122011", "found the end at character 8"),
        ("nas-bench-macro", "01320110", "found `3` at character 3"),
        ("naap-440", "c3w12s2 c3w16s2 c1w24s1r", "found `c1w24s1r` at character 17"),
        ("naap-440", "c3w12s2 c3w16s2", "found the end at character 16"),
        ("naap-440", "c3w12s2 c3w16s2 c1w16s1 c1w40s1 c1w40s1", "found `c` at character 33"),
    ]) func reportsThePlaceOfAnError(_ name: String, _ notation: String, _ words: String) throws {
        let space = try Shipped.space(name)
        #expect { try space.architecture(notation) } throws: { "\($0)".contains(words) }
    }

    @Test func aSpaceWithAnotherStructureIsRefused() throws {
        let text = try Shipped.text("fashion") + "\nforeign darts"
        #expect { try SearchSpace.parse(text, file: "t") } throws: {
            "\($0)".contains("the space has no DARTS notation: it is not two cells whose values each choose two edges")
        }
    }
}
