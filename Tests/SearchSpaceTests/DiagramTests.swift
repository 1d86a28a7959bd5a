import Basics
import Testing

@testable import SearchSpace

/// Diagrams of cells as written in their files.
@Suite struct DiagramTests {
    private func description(_ diagram: Diagram) -> [String] {
        func name(_ index: Int) -> String {
            switch diagram.nodes[index] {
            case .input(let name), .value(let name): name
            case .operation(let label, let kind): "\(label) (\(kind.rawValue))"
            case .sum: "+"
            case .concatenation: "concat"
            case .output: "output"
            }
        }
        return diagram.edges.map { "\(name($0.from)) > \(name($0.to))" }
    }

    @Test func edgesOfNASBench201HaveTheirOperations() throws {
        let space = try Shipped.space("nas-bench-201")
        let diagrams = space.diagrams(
            of: try space.architecture("|nor_conv_3x3~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|avg_pool_3x3~2|"))
        #expect(diagrams.map(\.name) == ["body"])
        #expect(
            description(diagrams[0]) == [
                "x0 > nor_conv_3x3 (convolution)", "nor_conv_3x3 (convolution) > x1", "x0 > none (zero)", "none (zero) > x2",
                "x1 > skip_connect (identity)", "skip_connect (identity) > x2", "x0 > nor_conv_1x1 (convolution)",
                "nor_conv_1x1 (convolution) > x3",
                "x1 > none (zero)", "none (zero) > x3", "x2 > avg_pool_3x3 (pooling)", "avg_pool_3x3 (pooling) > x3", "x3 > output",
            ])
    }

    @Test func showsChosenEdgesAndLooseEnds() throws {
        let space = try LanguageTests.cell(
            "y = choose 1 of any(x) | (x > max-pool 3x3)\nz = any(x | y) + any(x | y)\nreturn concat(loose) > relu > conv 1x1 -> 4")
        let reads = space.diagrams(of: try space.architecture("any-x:b.y,a,x,b"))[0]
        #expect(
            description(reads) == [
                "x > b (convolution)", "b (convolution) > y", "y > a (other)", "a (other) > z", "x > b (convolution)",
                "b (convolution) > z", "z > concat",
                "concat > conv 1x1 (convolution)", "conv 1x1 (convolution) > output",
            ])
        let loose = space.diagrams(of: try space.architecture("x-max-pool-3x3.x,a,x,a"))[0]
        #expect(description(loose).contains("y > concat") && description(loose).contains("x > max-pool 3x3 (pooling)"))
    }

    @Test func anUnnamedSumIsASeparateNode() throws {
        let space = try LanguageTests.cell("return ((x > relu) + x) > conv 3x3 groups in", ops: "op none = zero")
        #expect(
            description(space.diagrams(of: try space.architecture(""))[0]) == [
                "x > relu (other)", "relu (other) > +", "x > +", "+ > conv 3x3 (separable)", "conv 3x3 (separable) > output",
            ])
    }

    @Test(arguments: Shipped.names) func diagramsAreAcyclicAndComplete(_ name: String) throws {
        let space = try Shipped.space(name)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            for diagram in space.diagrams(of: space.sample(using: &generator)) {
                #expect(diagram.nodes.count { $0 == .output } == 1)
                for (index, node) in diagram.nodes.enumerated() {
                    let entering = diagram.edges.filter { $0.to == index }.count
                    switch node {
                    case .input: #expect(entering == 0)
                    case .operation(let label, _): #expect(entering == 1 && !label.isEmpty)
                    default: #expect(entering >= 1)
                    }
                }
            }
        }
    }

    @Test func networkStepsSummarizeTheNetwork() throws {
        let space = try Shipped.space("nas-bench-macro")
        let steps = space.networkSteps(of: try space.architecture("01220110"))
        #expect(
            steps.map(\.text) == [
                "conv 3x3", "id", "ir_3x3_t3", "ir_5x5_t6", "ir_5x5_t6", "id", "ir_3x3_t3", "ir_3x3_t3", "id",
                "conv 1x1, global-avg-pool, linear",
            ])
        #expect(steps[1].kind == .convolution && steps[5].kind == .identity && steps[2].kind == .separable)
        let cells = try Shipped.space("nas-bench-201").with(settings: [("cells", "3")])
        #expect(
            cells.networkSteps(of: try cells.architecture("none.none,none.none,none,none"))[1]
                == NetworkStep(label: "stage1", text: "3 × body", kind: nil))
    }
}
