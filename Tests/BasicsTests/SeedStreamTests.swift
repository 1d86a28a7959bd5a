import Basics
import Testing

struct SeedStreamTests {
    /// The numbers are part of every stored run: computed by an independent SplitMix64 in Python.
    @Test func valuesNeverChange() {
        #expect(SeedStream.numbered.seed(0) == SeededGenerator.seed(0, 0))
        #expect(SeedStream.dataSplit.seed(7) == SeededGenerator.seed(7, 0x5_9117))
        #expect(SeedStream.evolution.seed(1, 3) == SeededGenerator.seed(1, 0xe70_0000_0003))
        #expect(SeedStream.numbered.seed(1, 2) == 9909246337600217006)
        #expect(SeedStream.validationImages.seed(42) == 1943814599836983011)
    }
}
