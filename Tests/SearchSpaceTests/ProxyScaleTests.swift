import Basics
import Testing

@testable import SearchSpace

struct ProxyScaleTests {
    private static let text = """
        space s
        image 3x8x8
        classes 10
        setting channels = 16 proxy 4 learners 6 | 8
        setting depth = 3 learners 2 | 4
        setting last = 5

        network {
          conv 3x3 -> channels > norm > relu > depth * (conv 3x3 > norm > relu) > conv 1x1 -> last > norm
          global-avg-pool > linear classes
        }

        """

    @Test func settingsHaveTheirProxyValueElseTheSmallestOfLearners() throws {
        let space = try SearchSpace.parse(Self.text, file: "s.space")
        #expect(try space.atProxyScale().settings.map(\.value) == [4, 2, 5])
        #expect(space.settings.map(\.value) == [16, 3, 5])
        let changed = try space.with(proxySettings: [("channels", "12"), ("last", "2")])
        #expect(try changed.atProxyScale().settings.map(\.value) == [12, 2, 2])
    }

    @Test func aProxyIsNeverLarger() throws {
        let space = try SearchSpace.parse(Self.text, file: "s.space").with(settings: [("channels", "3"), ("depth", "1")])
        #expect(try space.atProxyScale().settings.map(\.value) == [3, 1, 5])
    }

    @Test func proxyValuesAreNoPartOfTheIdentity() throws {
        let space = try SearchSpace.parse(Self.text, file: "s.space")
        let without = try SearchSpace.parse(Self.text.replacingOccurrences(of: " proxy 4", with: ""), file: "s.space")
        #expect(space.contentHash == without.contentHash)
        #expect(space.formatted() == Self.text)
        #expect(without.settings[0].proxyValue == nil && space.settings[0].proxyValue == 4)
    }

    @Test func proxyStaysAName() throws {
        let space = try SearchSpace.parse(
            "space s\nimage 3x8x8\nclasses 2\nsetting proxy = 2\nop proxied = conv 3x3 -> proxy\n"
                + "network { proxy: proxied > norm > global-avg-pool > linear classes }", file: "s.space")
        #expect(space.settings.map(\.name) == ["proxy"])
    }

    @Test func requirementsHoldForTheNetworksOfTheSpace() throws {
        let choices = Self.text.replacingOccurrences(of: "-> last", with: "-> (4 | 5)")
        let cost = try SearchSpace.parse(choices, file: "s.space")
        let macs = try ["4", "5"].map { cost.graph(of: try cost.architecture($0)).cost.macs }
        let space = try SearchSpace.parse(choices + "require macs at least \(macs[1])\n", file: "s.space")
        let small = try space.atProxyScale().with(image: FeatureShape(3, 4, 4), classes: 10)
        #expect(try small.architecture("5") == space.architecture("5"))
        #expect(throws: RequirementError.self) { try small.architecture("4") }
    }

    @Test(arguments: [
        ([("chanels", "4")], "the space s has no setting `chanels`; did you mean `channels`?"),
        ([("channels", "x")], "the setting `channels` takes a whole number, not `x`"),
        ([("channels", "17")], "the setting `channels` takes a number from 1 to 16, not 17"),
    ]) func wrongProxySettingsAreRefused(_ changes: [(String, String)], _ message: String) throws {
        let space = try SearchSpace.parse(Self.text, file: "s.space")
        #expect { try space.with(proxySettings: changes) } throws: { "\($0)" == message }
    }

    @Test func aProxyBelowOneIsRefused() {
        #expect { try SearchSpace.parse(Self.text.replacingOccurrences(of: "proxy 4", with: "proxy 0"), file: "s.space") } throws: {
            "\($0)".contains("a setting must be at least 1, not 0")
        }
    }

    /// Seven convolutions without padding fit 28 pixels, but neither the eight pixels of the file nor a smaller number of them.
    @Test func imageAndValuesAreSetTogether() throws {
        let space = try SearchSpace.parse(
            """
            space deep image 1x8x8 classes 10 setting depth = 1
            network { stem: conv 3x3 -> 8 > norm
              tail: depth * conv 3x3 padding 0
              head: global-avg-pool > linear classes }
            """, file: "deep.space")
        let deep = try space.with(image: FeatureShape(1, 28, 28), classes: 3, values: ["depth": 7])
        #expect(deep.settings.map(\.value) == [7] && deep.classes == 3)
        #expect(throws: SpaceErrors.self) { try space.with(values: ["depth": 7]) }
        #expect(throws: SettingError.self) { try space.with(image: FeatureShape(1, 28, 28), classes: 3, values: ["width": 7]) }
    }
}
