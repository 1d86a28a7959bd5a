import Testing

@testable import SearchSpace

/// The complete report for each kind of error.
@Suite struct DiagnosticTests {
    @Test(arguments: syntax.indices) func errorsInSyntax(_ index: Int) { check(Self.syntax[index]) }

    @Test(arguments: layers.indices) func errorsInLayers(_ index: Int) { check(Self.layers[index]) }

    @Test(arguments: cells.indices) func errorsInCells(_ index: Int) { check(Self.cells[index]) }

    @Test(arguments: names.indices) func errorsInNames(_ index: Int) { check(Self.names[index]) }

    @Test(arguments: shapes.indices) func errorsInShapes(_ index: Int) { check(Self.shapes[index]) }

    private func check(_ mistake: (file: String, report: String)) {
        #expect { try SearchSpace.parse(mistake.file, file: "t.space") } throws: { error in
            // An empty source line is shown with its indent, which editors would strip here.
            let text = "\(error)".split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.allSatisfy { $0 == " " } ? "" : String($0)
            }
            return text.joined(separator: "\n") == mistake.report
        }
    }

    @Test func unusedNamesGiveWarnings() throws {
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
