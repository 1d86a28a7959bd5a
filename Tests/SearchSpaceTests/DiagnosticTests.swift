import Testing

@testable import SearchSpace

/// What a writer is told, whole, for each kind of mistake.
@Suite struct DiagnosticTests {
    @Test(arguments: syntax.indices) func mistakesInSyntax(_ index: Int) { check(Self.syntax[index]) }

    @Test(arguments: layers.indices) func mistakesInLayers(_ index: Int) { check(Self.layers[index]) }

    @Test(arguments: cells.indices) func mistakesInCells(_ index: Int) { check(Self.cells[index]) }

    @Test(arguments: names.indices) func mistakesInNames(_ index: Int) { check(Self.names[index]) }

    @Test(arguments: shapes.indices) func mistakesInShapes(_ index: Int) { check(Self.shapes[index]) }

    private func check(_ mistake: (file: String, report: String)) {
        #expect { try SearchSpace.parse(mistake.file, file: "t.space") } throws: { error in
            // An empty source line is shown with its indent, which an editor would strip here.
            let text = "\(error)".split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.allSatisfy { $0 == " " } ? "" : String($0)
            }
            return text.joined(separator: "\n") == mistake.report
        }
    }

    @Test func whatIsDoubtfulIsAWarning() throws {
        let space = try SearchSpace.parse(
            """
            space t
            image 3x8x8
            classes 10
            op unused = relu
            cell c(x) {
              a = x > relu
              b = x > tanh
              return b
            }
            network {
              c > global-avg-pool > linear classes
            }

            """, file: "t.space")
        #expect(
            space.warnings.map(\.description).joined(separator: "\n") == """
                t.space:6:3: warning: `a` is never used
                    a = x > relu
                    ^
                  its choices have no effect
                t.space:4:4: warning: the op `unused` is never used
                  op unused = relu
                     ^^^^^^
                """)
    }
}
