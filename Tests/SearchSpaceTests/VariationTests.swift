import Basics
import Testing

@testable import SearchSpace

@Suite struct VariationTests {
    @Test(arguments: Shipped.names) func aMutationChangesOneChoice(_ name: String) throws {
        let space = try Shipped.space(name)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<30 {
            let parent = space.sample(using: &generator)
            let child = try #require(space.mutated(parent, using: &generator))
            #expect(space.distance(parent, child) == 1)
            #expect(try space.architecture(space.notation(of: child)) == child)
        }
    }

    @Test func everyChoiceChangesEquallyOften() throws {
        let space = try Shipped.space("nas-bench-201")
        var generator = SeededGenerator(seed: 3)
        let parent = try space.architecture("none.none,none.none,none,none")
        var counts = [Int](repeating: 0, count: 6)
        for _ in 0..<6000 {
            let child = try #require(space.mutated(parent, using: &generator))
            for (place, decision) in child.decisions.enumerated() where decision != 0 { counts[place] += 1 }
        }
        // A binomial distribution with mean 1000 and standard deviation 29.
        #expect(counts.allSatisfy { (850...1150).contains($0) })
    }

    @Test func distanceIsAMetric() throws {
        let space = try Shipped.space("mobile")
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<50 {
            let (a, b, c) = (space.sample(using: &generator), space.sample(using: &generator), space.sample(using: &generator))
            #expect(space.distance(a, a) == 0)
            #expect(space.distance(a, b) == space.distance(b, a))
            #expect(space.distance(a, c) <= space.distance(a, b) + space.distance(b, c))
            #expect((space.distance(a, b) == 0) == (a == b))
        }
    }

    /// Each choice comes from one of the parents, equally often where they differ at the top.
    @Test(arguments: Shipped.names) func aChildHasTheChoicesOfItsParents(_ name: String) throws {
        let space = try Shipped.space(name)
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20 {
            let (a, b) = (space.sample(using: &generator), space.sample(using: &generator))
            let child = try #require(space.recombined(a, b, using: &generator))
            #expect(try space.architecture(space.notation(of: child)) == child)
            #expect(space.distance(a, child) + space.distance(child, b) == space.distance(a, b))
            #expect(space.recombined(a, a, using: &generator) == a)
        }
    }

    @Test func bothParentsGiveEquallyMuch() throws {
        let space = try Shipped.space("nas-bench-201")
        let a = try space.architecture("none.none,none.none,none,none")
        let b = try space.architecture("skip_connect.skip_connect,skip_connect.skip_connect,skip_connect,skip_connect")
        var generator = SeededGenerator(seed: 5)
        let total = try (0..<2_000).reduce(0) { sum, _ in sum + space.distance(a, try #require(space.recombined(a, b, using: &generator))) }
        // The sum of 12,000 fair coins: mean 6,000, standard deviation 55.
        #expect((5_780...6_220).contains(total))
    }

    @Test func aSpaceWithoutChoicesCannotMutate() throws {
        let space = try SearchSpace.parse("space t image 1x8x8 classes 2 network { global-avg-pool > linear classes }", file: "t")
        var generator = SeededGenerator(seed: 1)
        #expect(space.mutated(space.sample(using: &generator), using: &generator) == nil)
    }
}
