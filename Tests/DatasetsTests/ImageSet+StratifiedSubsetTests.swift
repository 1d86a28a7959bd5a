import Datasets
import Testing

@Suite struct ImageSetStratifiedSubsetTests {
    private let images = imageSet(labels: (0..<100).map { $0 < 70 ? 0 : $0 < 95 ? 1 : 2 }, classes: 3)

    private func subset(_ count: Int, seed: UInt64 = 0, of indices: [Int]? = nil) -> [Int] {
        var generator = TestGenerator(state: seed)
        return images.stratifiedSubset(of: indices ?? Array(0..<100), count: count, using: &generator)
    }

    @Test func everyClassKeepsItsShare() {
        let counts = subset(20).reduce(into: [0, 0, 0]) { $0[Int(images.labels[$1])] += 1 }
        #expect(counts == [14, 5, 1])
    }

    @Test(arguments: [0, 1, 33, 99, 100]) func sizeIsExactWithoutRepeatsAndAscending(count: Int) {
        let subset = subset(count)
        #expect(subset.count == count)
        #expect(Set(subset).count == count)
        #expect(subset == subset.sorted())
    }

    @Test func staysWithinTheGivenIndices() {
        let even = stride(from: 0, to: 100, by: 2).map { $0 }
        #expect(Set(subset(30, of: even)).isSubset(of: even))
        #expect(subset(50, of: even) == even)
    }

    @Test func followsTheSeed() {
        #expect(subset(20, seed: 1) == subset(20, seed: 1))
        #expect(subset(20, seed: 1) != subset(20, seed: 2))
    }
}
