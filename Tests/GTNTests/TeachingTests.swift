import SearchSpace
import Testing

@testable import GTN

@Suite struct TeachingTests {
    private static func teaching(_ space: SearchSpace, heldOut: Int) -> Teaching {
        var plan = Teaching.Plan(kind: .distilled, bound: .metaSteps(1))
        plan.heldOut = heldOut
        return Teaching(Fixtures.fashionMNIST, space, plan)
    }

    @Test func whatComparesIsNotLearnedFrom() throws {
        let space = try Fixtures.fashionSpace()
        let heldOut = Self.teaching(space, heldOut: 24).heldOut
        #expect(heldOut.architectures.count == 24)
        #expect(heldOut.excluded == Set(heldOut.architectures.map(space.hash)))
        #expect(heldOut.excluded.count == 24)
    }

    /// Two functions, neither of which can be spared.
    @Test func aTinySpaceHoldsNothingOut() throws {
        let text = "space t image 1x8x8 classes 3 network { (conv 3x3 -> 4 | conv 1x1 -> 4) > global-avg-pool > linear classes }"
        let space = try SearchSpace.parse(text, file: "t")
        let heldOut = Self.teaching(space, heldOut: 5).heldOut
        #expect(heldOut.architectures.count == 5)
        #expect(Set(heldOut.architectures.map(space.hash)).count == 2)
        #expect(heldOut.excluded.isEmpty)
    }
}
