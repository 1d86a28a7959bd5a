import Basics
import BigInt
import Testing

@testable import SearchSpace

/// Texts that would expand without bound are refused at once, with advice.
@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    private static func network(_ text: String, ops: String = "") -> String {
        "space t\nimage 3x8x8\nclasses 2\n\(ops)\nnetwork {\n\(text) > global-avg-pool > linear classes\n}\n"
    }

    private static func nested(_ inner: String, _ depth: Int, _ wrap: (Int, String) -> String) -> String {
        (0..<depth).reduce(inner) { wrap($1, $0) }
    }

    /// Ops of the form `op f1(g) = g > g > g`. The tests nest them, and each one triples its argument.
    private static let tripling = (1...10).map { "op f\($0)(g) = g > g > g" }.joined(separator: "\n")

    private static let hostile: [(text: String, words: String)] = [
        (
            String(repeating: "# nothing\n", count: 200_000),
            "t:1:1: error: the text is larger than 1 MB\n  # nothing\n  ^\n  move parts of it to other files, and `include` them"
        ),
        (network(String(repeating: "(", count: 10_000) + "relu" + String(repeating: ")", count: 10_000)), "nested more than 24 levels"),
        (network(nested("relu", 5_000) { "a\($0): (tanh | \($1))" }), "nested more than 24 levels deep"),
        (
            network("1000000 * relu"),
            "a repeat cannot be 1000000\n  1000000 * relu > global-avg-pool > linear classes\n  ^^^^^^^^^^^^^^\n  use a value from 1"
        ),
        (network("1000000000 * relu"), "the number is too large; the largest is 1000000"),
        (network("1000 * (1000 * (1000 * relu))"), "the network has more than 40000 layers"),
        (network("60 * f", ops: "op f = concat(relu, tanh)"), "`concat` is allowed only in a cell"),
        (network(nested("relu", 10) { "f\($0 + 1)(\($1))" }, ops: tripling), "the ops expand to more than 50000 layers"),
        (network(nested("f", 12) { _, inner in "(\(inner) | \(inner))" }, ops: "op f = relu"), "two alternatives have the label"),
        (
            network(
                "f(1)", ops: nested("op f0(n) = conv 1x1 -> n", 12) { "\($1)\nop f\($0 + 1)(n) = f\($0)(n * n * n)" } + "\nop f(n) = f12(n)"
            ), "the number has more than 100 parts"
        ),
        (
            network(
                "conv (\((1...60).map { "\($0)x1" }.joined(separator: " | "))) stride (\(numbers)) dilation (\(numbers)) -> (\(numbers))"),
            "the ops expand to more than 50000 layers"
        ),
        (
            network("conv 1x1 -> (\((1...2_000).map(String.init).joined(separator: " | ")))"),
            "more than 256 shapes are possible at one place"
        ),
        (
            network("choose 3 of " + (1...300).map { "a\($0): conv \($0 % 60 + 1)x1" }.joined(separator: " | ")),
            "there are more than 5000 ways to choose 3 of 300"
        ),
        (network((1...2_000).map { "relu\nl\($0): tanh" }.joined(separator: "\n")), "the network has more than 1000 lines"),
        ((1...20_000).map { "op o\($0) = unknown\($0)" }.joined(separator: "\n"), "error: the space has no network"),
    ]
    private static let numbers = (1...60).map(String.init).joined(separator: " | ")

    @Test(arguments: hostile.indices) func isRefused(_ index: Int) {
        let (text, words) = Self.hostile[index]
        #expect { try SearchSpace.parse(text, file: "t") } throws: { error in
            guard let errors = error as? SpaceErrors else { return false }
            return errors.diagnostics.count <= SpaceErrors.most && "\(errors)".contains(words)
        }
    }

    @Test func aConcatenationOfConcatenationsIsRefused() {
        let doublings = (1...70).map { "s\($0) = concat(s\($0 - 1), s\($0 - 1))" }.joined(separator: "\n")
        #expect { try LanguageTests.cell("s0 = x > relu\n\(doublings)\nreturn s70 > conv 1x1 -> 4", ops: "") } throws: {
            "\($0)".contains("error: an output of 131072×8×8 is too large")
                && "\($0)".contains("reduce its channels with `conv 1x1 -> c`")
        }
    }

    @Test func atMostFiftyErrorsAreShown() throws {
        do {
            _ = try SearchSpace.parse(String(repeating: "@ ? ! ", count: 50_000), file: "t")
            Issue.record("the text must not parse")
        } catch let errors as SpaceErrors {
            #expect(errors.diagnostics.count == 50)
            #expect(errors.description.hasSuffix("\nonly the first 50 errors are shown"))
            // Only an excerpt of a long line is shown.
            #expect(errors.description.split(separator: "\n").allSatisfy { $0.count < 200 })
        }
    }

    @Test func aLongLineIsShownAroundTheError() {
        let comment = String(repeating: "a", count: 100)
        let text = "space t image 3x8x8 classes 2 network { \(comment): relu > \(comment): tanj > global-avg-pool > linear classes }"
        #expect { try SearchSpace.parse(text.replacing(" > \(comment):", with: " > relu > relu > relu > relu >"), file: "t") } throws: {
            "\($0)" == """
                t:1:178: error: unknown operation `tanj`
                  …\(String(repeating: "a", count: 43)): relu > relu > relu > relu > relu > tanj > global-avg-pool > linear classes }
                   \(String(repeating: " ", count: 80))^^^^
                  did you mean `tanh`?
                """
        }
    }

    /// A value doubled 900 times is a sum of 2⁹⁰⁰ terms. No graph and no text may expand it.
    @Test func doublingsStaySmall() throws {
        let space = try LanguageTests.network("900 * (identity + identity) > f", ops: "op f = relu | tanh")
        let architecture = try space.architecture("relu")
        #expect(space.canonicalGraph(of: architecture).nodes.count < 1_000)
        #expect(space.canonicalText(of: architecture).utf8.count < 500_000)
        #expect(space.hash(of: architecture) != space.hash(of: try space.architecture("tanh")))
    }

    @Test func deepButAllowedNestingIsAccepted() throws {
        // 16 ops, each 11 choices deep.
        let ops = (0..<15).map { op in
            "op f\(op) = \(Self.nested("f\(op + 1)", 11) { "a\($0): (b\($0): tanh | c\($0): (\($1))) | d: relu" })"
        }
        let space = try LanguageTests.network("f0", ops: ops.joined(separator: "\n") + "\nop f15 = relu")
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20 {
            let architecture = space.sample(using: &generator)
            #expect(try space.architecture(space.notation(of: architecture)) == architecture)
            #expect(!space.hash(of: architecture).isEmpty)
        }
    }

    @Test func choosingAllButOneOfManyIsCounted() throws {
        let alternatives = (1...40).map { "a\($0): conv \(2 * ($0 % 30) + 1)x1" }.joined(separator: " | ")
        #expect(try LanguageTests.network("choose 39 of \(alternatives)").architectureCount() == 40)
    }

    @Test func requirementsOfManyChoicesAreCounted() throws {
        let space = try LanguageTests.network("201 * f", ops: "op f = a: relu | b: tanh", more: "require at most 100 a")
        // By symmetry, half of all 2²⁰¹.
        #expect(try space.architectureCount() == BigInt(2).power(200))
    }

    @Test func imagesThatLeaveNoArchitectureAreRefused() throws {
        let space = try LanguageTests.network("f", ops: "op f = conv 3x3 | conv 5x5", more: "require macs at most 10K")
        #expect(throws: SpaceErrors.self) { try space.with(image: FeatureShape(3, 64, 64), classes: 2) }
    }
}
