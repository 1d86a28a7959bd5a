import Synchronization
import Tensors
import Testing

@testable import GTN

@Suite struct ParallelTests {
    @Test(arguments: [1, 2, 7]) func everyIndexOnceInOrder(_ workers: Int) {
        let calls = Atomic(0)
        let results = parallelMap(100, workers: workers) { index in
            calls.add(1, ordering: .relaxed)
            return index * index
        }
        #expect(results == (0..<100).map { $0 * $0 })
        #expect(calls.load(ordering: .relaxed) == 100)
    }

    @Test func acceptsZeroIndices() {
        #expect(parallelMap(0, workers: 3) { $0 }.isEmpty)
    }
}
