import Basics
import Testing

struct SeedStreamTests {
    /// Stored runs depend on these numbers. An independent SplitMix64 in Python computed them.
    @Test func valuesNeverChange() {
        #expect(SeedStream.numbered.seed(0) == SeededGenerator.seed(0, 0))
        #expect(SeedStream.dataSplit.seed(7) == SeededGenerator.seed(7, 0x5_9117))
        #expect(SeedStream.evolution.seed(1, 3) == SeededGenerator.seed(1, 0xe70_0000_0003))
        #expect(SeedStream.numbered.seed(1, 2) == 9909246337600217006)
        #expect(SeedStream.validationImages.seed(42) == 1943814599836983011)
    }
}
