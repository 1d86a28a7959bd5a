import Basics
import Testing

@testable import SearchSpace

/// Parsing a formatted space gives the same space with the same comments.
@Suite struct FormatterTests {
    @Test(arguments: Shipped.names) func shippedFilesRoundTrip(_ name: String) throws {
        let space = try Shipped.space(name)
        let again = try Shipped.parse(space.formatted(), file: "again")
        #expect(again.formatted() == space.formatted())
        #expect(again.contentHash == space.contentHash)
        #expect(again.architectures().prefix(20).map(again.notation(of:)) == space.architectures().prefix(20).map(space.notation(of:)))
    }

    /// A self-contained text gives the same space without included files.
    @Test(arguments: Shipped.names) func selfContainedTextsAreTheSameSpace(_ name: String) throws {
        let space = try Shipped.space(name)
        let again = try SearchSpace.parse(space.selfContainedText, file: "again")
        var random = SeededGenerator(seed: 1)
        for _ in 0..<5 {
            let architecture = space.sample(using: &random)
            let same = try again.architecture(space.notation(of: architecture))
            #expect(again.graph(of: same) == space.graph(of: architecture))
            #expect(again.hash(of: same) == space.hash(of: architecture))
        }
        #expect(again.selfContainedText == space.selfContainedText)
        #expect(!again.selfContainedText.contains("\ninclude "))
    }

    /// The words are the same except for redundant parentheses.
    @Test(arguments: Shipped.names) func formattingKeepsAllWordsOfShippedFiles(_ name: String) throws {
        func words(_ text: String) -> [String] { text.filter { !"()".contains($0) }.split(whereSeparator: \.isWhitespace).map(String.init) }
        #expect(try words(Shipped.space(name).formatted()) == words(Shipped.text(name)))
    }

    @Test func everyCommentIsKeptOnce() throws {
        let text = """
            # one
            space t  # two
            image 3x8x8 classes 2
            op any = a: relu  # three
              # four
              | b: tanh  # five
            cell c(x) {  # six
              # seven
              y = any(x); z = any(y)  # eight
              return y +  # nine
                z
              # ten
            }  # eleven
            network {
              c > global-avg-pool > linear classes  # twelve
            }
            # thirteen
            """
        let formatted = try SearchSpace.parse(text, file: "t").formatted()
        #expect(
            formatted == """
                # one
                space t  # two
                image 3x8x8
                classes 2

                # three
                # four
                op any = a: relu | b: tanh  # five

                cell c(x) {
                  # six
                  # seven
                  y = any(x)
                  z = any(y)  # eight
                  # nine
                  return y + z
                  # ten
                }  # eleven

                network {
                  c > global-avg-pool > linear classes  # twelve
                }

                # thirteen

                """)
        #expect(try SearchSpace.parse(formatted, file: "t").formatted() == formatted)
    }
}
