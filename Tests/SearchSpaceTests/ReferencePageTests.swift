import BigInt
import Foundation
import Testing

@testable import SearchSpace

/// The reference page of the language agrees with the implementation.
@Suite struct ReferencePageTests {
    private static func section(_ title: String) throws -> String {
        let page = try Shipped.page("README.md")
        let start = try #require(page.range(of: "## \(title)\n")).upperBound
        return String(page[start..<(page[start...].range(of: "\n## ")?.lowerBound ?? page.endIndex)])
    }

    private static func code(_ section: String) -> String {
        section.split(separator: "\n", omittingEmptySubsequences: false).filter { $0.isEmpty || $0.hasPrefix("    ") }.joined(
            separator: "\n")
    }

    @Test func theExamplesParse() throws {
        let space = try SearchSpace.parse(
            """
            space page
            image 3x32x32
            classes 10
            \(try Self.code(Self.section("Examples")))
            network { conv 3x3 -> 16 > body > normal(16) > micro > stage > global-avg-pool > linear classes }
            """, file: "page")
        // body: 3 operations on 6 edges. normal: 3² · (3 · 3²). micro: 3² for one value, (2 · 3)² for two. The stage adds 4 + 4 · 4.
        let cells = BigInt(3).power(6) * BigInt(9 * 27) * BigInt(9 * 36)
        #expect(space.unrestrictedCount == cells * (4 + 4 * 4))
        #expect(space.warnings.isEmpty)
    }

    @Test func thePageListsEverySpaceLayerAndWord() throws {
        let page = try Shipped.page("README.md")
        for name in Shipped.names { #expect(page.contains("| `\(name).space` |")) }
        for word in Primitive.named.keys { #expect(page.contains("`\(word)`") || page.contains("`\(word) "), "\(word)") }
        for word in ReservedWord.declarations { #expect(page.contains("\"\(word)\""), "\(word)") }
        for word in ReservedWord.numbers { #expect(page.contains("`\(word)`"), "\(word)") }
    }
}
