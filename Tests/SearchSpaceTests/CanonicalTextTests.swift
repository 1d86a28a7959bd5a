import Testing

@testable import SearchSpace

/// Texts are equal exactly for forms that are equal up to the naming of instances.
@Suite struct CanonicalTextTests {
    private static let residual = "op any = a: (conv 3x3 > (identity + conv 3x3)) | b: (conv 1x1 > (identity + conv 1x1))"

    private func hashes(_ network: String, ops: String = residual, _ notations: [String]) throws -> [String] {
        let space = try LanguageTests.network(network, ops: ops)
        return try notations.map { space.hash(of: try space.architecture($0)) }
    }

    @Test func termsOfASumAreUnordered() throws {
        let hashes = try hashes("any + any + any", ["a,b,b", "b,a,b", "b,b,a", "a,a,b"])
        #expect(Set(hashes[..<3]).count == 1)
        #expect(hashes[3] != hashes[0])
    }

    /// Twelve equal branches have 12! orders. By symmetry, one of them suffices.
    @Test(.timeLimit(.minutes(1))) func manyEqualBranchesAreFast() throws {
        let sum = Array(repeating: "any", count: 12).joined(separator: " + ")
        let hashes = try hashes(sum, ["a,a,a,a,a,a,b,b,b,b,b,b", "a,b,a,b,a,b,a,b,a,b,a,b", "a,a,a,a,a,a,a,b,b,b,b,b"])
        #expect(hashes[0] == hashes[1])
        #expect(hashes[0] != hashes[2])
    }

    @Test func aConvolutionUsedTwiceDiffersFromTwoConvolutions() throws {
        let space = try LanguageTests.cell("y = any(x)\nz = any(x)\nreturn (once: y + y | twice: y + z)", ops: "")
        let once = try space.architecture("b.b.once")
        let twice = try space.architecture("b.b.twice")
        #expect(space.canonicalText(of: once) == "c: a = x > conv 3x3; a + a")
        #expect(space.canonicalText(of: twice) == "c: x > conv 3x3 + x > conv 3x3")
        #expect(space.hash(of: once) != space.hash(of: twice))
    }

    @Test func layersWithoutParametersAreEqualByValue() throws {
        let space = try LanguageTests.cell("y = any(x)\nz = any(x)\nreturn (once: y + y | twice: y + z)", ops: "")
        #expect(space.hash(of: try space.architecture("a.b.once")) == space.hash(of: try space.architecture("a.a.twice")))
    }

    @Test func deadBranchesAndIdentitiesAreRemoved() throws {
        let ops = "op f = zero: zero | skip: identity | conv: conv 3x3"
        let hashes = try hashes("(f > f) + identity", ops: ops, ["zero,conv", "conv,zero", "zero,zero", "skip,conv", "conv,skip"])
        #expect(Set(hashes[..<3]).count == 1)
        #expect(hashes[3] == hashes[4])
        #expect(hashes[0] != hashes[3])
    }
}
