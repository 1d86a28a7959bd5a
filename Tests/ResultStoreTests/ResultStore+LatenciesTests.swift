import ResultStore
import Testing

struct LatenciesTests {
    private let scratch = Scratch()

    @Test func latenciesAndMemoryOfCandidatesAreKept() throws {
        let store = try scratch.create()
        var slow = candidate(1)
        slow.memory = 4_096
        try store.record(latency: 2.5, of: slow.hash)
        // A network that never becomes a candidate.
        try store.record(latency: 9, of: "ff")
        try store.record(evaluation(1, score: 3), of: slow, proposal: 0)
        try store.record(evaluation(2, score: 1), of: candidate(2), proposal: 1)
        #expect(try store.latencies() == [slow.hash: 2.5, "ff": 9])
        let read = try store.ranking(scoring: "curriculum").map(\.candidate)
        #expect(read.map(\.memory) == [4_096, nil])
        #expect(read.map(\.latency) == [2.5, nil])
        #expect(try store.candidates() == read)
    }

    @Test func theFirstMeasurementCounts() throws {
        let store = try scratch.create()
        try store.record(latency: 2, of: "a")
        try store.record(latency: 3, of: "a")
        #expect(try store.latencies() == ["a": 2])
        #expect(throws: InvalidRecord.self) { try store.record(latency: 0, of: "b") }
    }
}
