import Basics
import BigInt
import Testing

@testable import SearchSpace

@Suite struct RequirementTests {
    private static func space(_ requirements: String) throws -> SearchSpace {
        try SearchSpace.parse(Shipped.text("nas-bench-201") + "\n" + requirements, file: "t")
    }

    /// At most two of six edges have one of five operations: Σ over k ≤ 2 of C(6, k) · 4^(6−k).
    @Test func countsWithoutEnumeration() throws {
        let few = 4096 + 6 * 1024 + 15 * 256
        #expect(try Self.space("require at most 2 none").architectureCount() == BigInt(few))
        let many = 6 * 4 + 1
        #expect(try Self.space("require at least 5 nor_conv_3x3 in body").architectureCount() == BigInt(many))
        // At least two of six edges are a convolution of either kind: 5⁶ − 3⁶ − 6 · 2 · 3⁵.
        let two = 15_625 - 729 - 6 * 2 * 243
        #expect(try Self.space("require at least 2 nor_conv_1x1 | nor_conv_3x3").architectureCount() == BigInt(two))
    }

    /// A small NAS-Bench-201 without its third value, with 125 architectures.
    private static func small(_ requirements: String = "") throws -> SearchSpace {
        let text = try Shipped.text("nas-bench-201").replacing("  x3 = any(x0) + any(x1) + any(x2)\n", with: "").replacing(
            "return x3", with: "return x2")
        return try SearchSpace.parse(text.replacing("cells = 5", with: "cells = 1") + "\n" + requirements, file: "t")
    }

    @Test(arguments: [
        "require at most 1 none\nrequire at least 2 nor_conv_3x3", "require parameters at most 75K", "require macs at least 9M",
    ])
    func theCountEqualsTheEnumeration(_ requirements: String) throws {
        let space = try Self.small(requirements)
        let whole = try Self.small()
        let expected = whole.architectures().filter { architecture in
            let text = whole.foreignNotation(of: architecture)!
            let cost = whole.graph(of: architecture).cost
            switch requirements {
            case "require parameters at most 75K": return cost.parameters <= 75_000
            case "require macs at least 9M": return cost.macs >= 9_000_000
            default: return text.count(of: "none") <= 1 && text.count(of: "nor_conv_3x3") >= 2
            }
        }
        #expect((1..<125).contains(expected.count))
        #expect(try space.architectureCount() == BigInt(expected.count))
        #expect(space.architectures().map(space.foreignNotation(of:)) == expected.map(whole.foreignNotation(of:)))
    }

    @Test func samplesSatisfyRequirements() throws {
        let space = try Self.space("require at most 0 none\nrequire parameters at most 300K")
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<100 {
            let architecture = space.sample(using: &generator)
            #expect(!space.notation(of: architecture).contains("none"))
            #expect(space.graph(of: architecture).cost.parameters <= 300_000)
        }
    }

    @Test func refusesAnArchitectureThatViolatesARequirement() throws {
        let space = try Self.space("require at most 1 none")
        #expect { try space.architecture("none.none,none.none,none,none") } throws: {
            "\($0)" == "the space nas-bench-201 requires at most 1 none, but this architecture has 6"
        }
    }

    @Test func requirementsUseTheSpacesWidthForAllLearners() throws {
        // At 8 channels, all architectures are within the bound. At 16, the space's default, some are not.
        let space = try Self.small("require parameters at most 75K")
        var generator = SeededGenerator(seed: 2)
        let narrow = try space.withRandomLearnerSettings(using: &generator)
        #expect(try narrow.architectureCount() == space.architectureCount())
    }

    @Test(arguments: [
        ("require at least 7 none", "no architecture satisfies the requirements on choices"),
        ("require parameters at most 100", "none of 2000 random architectures satisfies the requirements"),
        ("require at most 1 non", "no alternative has the label `non`"),
        ("require at most 1 none in bod", "the network uses no cell `bod`"),
        ("require parametres at most 1M", "expected `at`, `parameters` or `macs`, found `parametres`"),
        ("require parameters at most 1MB", "`1MB` is neither a number nor a name"),
    ]) func refusesInvalidRequirements(_ requirement: String, _ message: String) {
        #expect { try Self.space(requirement) } throws: { "\($0)".contains(message) }
    }

    @Test(arguments: ["500K", "1.5M", "2G", "1000001", "7", "123456K", "1.234567M"]) func canonicalLayoutKeepsBounds(
        _ text: String
    ) throws {
        let source = try Shipped.text("fashion") + "\nrequire macs at least \(text)"
        guard text.allSatisfy(\.isNumber) == false || text.count < 7 else {
            #expect(throws: SpaceErrors.self) { try SearchSpace.parse(source, file: "t") }
            return
        }
        let (first, _) = Parser.parse(SourceText(source, file: "t"))
        let (second, mistakes) = Parser.parse(SourceText(Formatter(isIdentity: false).text(of: first), file: "t"))
        #expect(mistakes.isEmpty)
        func bounds(_ syntax: SpaceSyntax) -> [Int] {
            syntax.declarations.compactMap { if case .require(let requirement) = $0.kind { requirement.bound } else { nil } }
        }
        #expect(bounds(first) == bounds(second))
        #expect(bounds(first).count == 1)
    }
}

extension String {
    fileprivate func count(of word: String) -> Int { ranges(of: word).count }
}
